import { type Block, type DocumentParser, type Parsed, type Span } from '../block.ts';
import { readsBack } from '../reads-back.ts';
import { type Comment, commentsOf } from './comment.ts';
import { codeLines, grammarOf } from './grammar.ts';
import { startsMarkup } from './heads.ts';
import { commentLanguages } from './languages.ts';
import { isBanner } from './not-prose.ts';
import { CommentParagraphs, hangingOf } from './paragraphs.ts';
import { RegionFinder } from './regions.ts';

/** Languages whose tags have types without braces before the words. */
const bareTypes: ReadonlySet<string> = new Set(['php', 'lua']);

/** The parser of comments and docstrings of a program language that `commentLanguages` has. */
export async function commentParser(languageId: string): Promise<DocumentParser> {
  const language = commentLanguages.get(languageId)!;
  const grammar = await grammarOf(language);
  return (source) => {
    const lines = codeLines(source);
    const regions = new RegionFinder(language, source).find(grammar, lines);
    return parsed(source, commentsOf(source, lines, regions), bareTypes.has(languageId));
  };
}

function parsed(source: string, comments: readonly Comment[], bare: boolean): Parsed {
  const blocks: Block[] = [];
  for (const comment of comments)
    if (!isBanner(source.slice(comment.start, comment.end)))
      blocks.push(...new CommentParagraphs(source, comment, bare).find());
  const commentOf = (unit: Span): Comment | undefined => {
    let [low, high] = [0, comments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comments[middle]!.end < unit.end) low = middle + 1;
      else high = middle;
    }
    return comments[low];
  };
  const parse = (text: string, unit: Span): Block[] => {
    const comment = commentOf(unit);
    if (!comment || !staysComment(source, comment, unit, text)) return [];
    return new CommentParagraphs(text, alone(text, comment), bare).find();
  };
  return {
    blocks,
    syntax: {
      mayStartLine: (word) => !startsMarkup(word),
      reads: readsBack(source, { blocks, parse }),
    },
  };
}

/** Whether the comment still ends where it ended, with other words in it. */
function staysComment(source: string, comment: Comment, unit: Span, text: string): boolean {
  const { open, close, isDocstring } = comment;
  if (/\?>|<\/?script/iu.test(text) || /\\(?:\r?\n|$)/u.test(text)) return false;
  if (close === '') return true;
  const before = source.slice(comment.start + open.length, unit.start);
  const after = source.slice(unit.end, comment.end - close.length);
  const inner = before + text + after;
  if (isDocstring && inner.endsWith(close[0]!)) return false;
  const sign = open.startsWith('/*') ? '/*' : open;
  return (
    (inner + close).indexOf(close) === inner.length && (open === close || !text.includes(sign))
  );
}

/** A unit as a comment of its own, all of its lines with the same indentation. */
function alone(text: string, { prefix, ...comment }: Comment): Comment {
  const words = hangingOf(text, prefix);
  const lines = codeLines(text).map(({ start, end }, index) => {
    const first = index === 0 ? start : Math.min(end, words(start));
    const own = text.slice(first, end);
    return { start: first, end: first + own.trimEnd().length, indent: 0, text: own.trim() };
  });
  return { ...comment, prefix, start: 0, end: text.length, lines };
}
