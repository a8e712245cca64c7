import { type Block, type DocumentParser, type Markup } from '../block.ts';
import { textBlocks } from './text-blocks.ts';
import { type TextLine, textLines } from './text-lines.ts';

const scissors = /^[#;@!$%^&|:]\s*-+\s*>8\s*-+/u;
const comment = /^#/u;
const trailer =
  /^(?:[A-Z][A-Za-z]*(?:-[A-Za-z]+)*(?::\s|\s#)|BREAKING CHANGE:\s|\(cherry picked from commit )/u;
const trailerNames =
  /^(?:[A-Z][a-z]+(?:-[A-Za-z]+)+|Fixes|Closes|Refs|Resolves|See|Bug|Issue|Link|Cc|Acked|Ref|Change|Topic)\b/u;
/** `fix(core)!: `, `net: tls: `, `fixup! `, `[docs] `, `JIRA-12 `. */
const subjectPrefix =
  /^(?:(?:fixup|squash|amend)!\s+|\[[^\]]{1,40}\]\s*|[A-Z][A-Z\d]+-\d+:?\s+|#\d+:?\s+|[\w./*-]{1,40}(?:\([^)]{0,60}\))?!?:\s+)*/u;
const writtenByGit = /^(?:Merge (?:branch|tag|pull request|remote|commit)|Revert ")/u;
const references = /(?<!\w)\(?#\d+\)?|\b(?=[a-f]*\d)[\da-f]{7,40}\b|(?<![\w.])@[\w-]+/gu;
const codeIndent = 4;

/**
 * Parses a git commit message. The prefix of the subject, trailers, comments, indented code and
 * what follows the scissors stay.
 */
export const parseCommitMessage: DocumentParser = (source) => {
  const all = textLines(source);
  const cut = all.findIndex(({ text }) => scissors.test(text));
  const lines = (cut < 0 ? all : all.slice(0, cut)).map(blankIfComment);
  const first = lines.findIndex(({ text }) => text !== '');
  if (first < 0) return { blocks: [] };
  const body = lines.slice(first + 1, trailersStart(lines, first + 1)).map(blankIfCode);
  const blocks = [...subject(lines[first]!), ...textBlocks(source, body)];
  return { blocks: blocks.map((block) => withReferences(source, block)) };
};

const blank = (line: TextLine): TextLine => ({ ...line, text: '', end: line.start });

const blankIfComment = (line: TextLine): TextLine =>
  line.indent === 0 && comment.test(line.text) ? blank(line) : line;

const blankIfCode = (line: TextLine): TextLine => (line.indent >= codeIndent ? blank(line) : line);

function subject({ start, end, text }: TextLine): Block[] {
  if (writtenByGit.test(text)) return [];
  const prefix = subjectPrefix.exec(text)![0].length;
  return [{ start: start + prefix, end, kind: 'subject', markup: [] }];
}

/** The line at which the last paragraph begins, if it has only trailers. */
function trailersStart(lines: readonly TextLine[], first: number): number {
  let end = lines.length;
  while (end > first && lines[end - 1]!.text === '') end--;
  let start = end;
  while (start > first && lines[start - 1]!.text !== '') start--;
  const last = lines.slice(start, end);
  const all = last.every(({ text, indent }) => trailer.test(text) || indent > 0);
  const some = last.some(({ text }) => trailerNames.test(text) || text.startsWith('('));
  return all && some ? start : lines.length;
}

function withReferences(source: string, block: Block): Block {
  const found: Markup[] = [...source.slice(block.start, block.end).matchAll(references)].map(
    ({ index, 0: { length } }) => ({
      start: block.start + index,
      end: block.start + index + length,
    }),
  );
  const free = found.filter(
    ({ start, end }) => !block.markup.some((piece) => piece.start < end && start < piece.end),
  );
  return { ...block, markup: [...block.markup, ...free] };
}
