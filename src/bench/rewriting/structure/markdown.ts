import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { math } from 'micromark-extension-math';
import { z } from 'zod';

/** Nodes of every kind, with the fields that are markup rather than prose. */
const nodeSchema = z.looseObject({
  type: z.string(),
  get children() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.output<typeof nodeSchema>;

/** Nodes that hold prose: the order of the markup inside may change with it. */
const proseNodes = new Set(['paragraph', 'heading', 'tableCell']);

/** The nodes of a Markdown document without its prose; markup inside a paragraph is sorted. */
export function markdownStructure(source: string): string[] {
  const tree = fromMarkdown(source, {
    extensions: [gfm(), math(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown(), frontmatterFromMarkdown()],
  });
  return structureOf(nodeSchema.parse(JSON.parse(JSON.stringify(tree, withoutPlaces))));
}

function structureOf(node: Node): string[] {
  if (node.type === 'text') return [];
  const { children = [], type, value, ...fields } = node;
  // Every other value is code, math, HTML or front matter.
  const own = JSON.stringify([type, fields, value]);
  const inside = children.flatMap(structureOf);
  return [own, ...(proseNodes.has(type) ? inside.sort() : inside), `/${type}`];
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'position' ? undefined : value;
}
