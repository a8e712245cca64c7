import type { Root } from 'mdast';
import { defListFromMarkdown } from 'mdast-util-definition-list';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import { defList } from 'micromark-extension-definition-list';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { math } from 'micromark-extension-math';

const matter = ['yaml', 'toml'] as const;

/** GFM without the pass that finds addresses in text: it drops the places of nodes. */
const gfmNodes = gfmFromMarkdown().map(({ transforms: _, ...extension }) => extension);

/** The syntax tree of CommonMark with GFM, front matter, math and definition lists. */
export function markdownTree(source: string): Root {
  return fromMarkdown(source, {
    // A single dollar is read by our own rule: "$5 and $10" is no formula.
    extensions: [gfm(), math({ singleDollarTextMath: false }), frontmatter([...matter]), defList],
    mdastExtensions: [
      gfmNodes,
      mathFromMarkdown(),
      frontmatterFromMarkdown([...matter]),
      defListFromMarkdown,
    ],
  });
}
