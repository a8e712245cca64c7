import { type Block, type Parsed } from '../block.ts';
import { readsBack } from '../reads-back.ts';
import { RstFlow } from './restructuredtext-flow.ts';
import { rstInline } from './restructuredtext-inline.ts';
import { beginsBlock, rstLines } from './restructuredtext-lines.ts';

/** The paragraphs and list items of reStructuredText; titles stay, as their underlines do. */
export function parseRestructuredText(source: string): Parsed {
  const blocks = blocksOf(source);
  return {
    blocks,
    syntax: {
      escape: (text, first) => (first && beginsBlock(text) ? '\\' : '') + escape(text),
      mayStartLine: (word) => !beginsBlock(word),
      reads: readsBack(source, { blocks, parse: unitBlocks }),
    },
  };
}

function blocksOf(source: string): Block[] {
  const lines = rstLines(source);
  const flow = new RstFlow(source, lines);
  flow.body(0, lines.length);
  return flow.blocks;
}

/** The new source of a unit; its lines are indented as the document has them. */
function unitBlocks(source: string): Block[] {
  const lines = rstLines(source);
  const even = lines.map(({ text }) => text).join('\n');
  const [block, ...others] = blocksOf(even);
  if (!block || others.length > 0 || block.start !== 0 || block.end !== even.length) return [];
  return [{ ...block, end: source.length, markup: rstInline.find(source, 0) }];
}

const escape = (text: string): string =>
  text.replace(/[\\*`|]|_(?![\p{L}\p{N}])/gu, (sign) => `\\${sign}`);
