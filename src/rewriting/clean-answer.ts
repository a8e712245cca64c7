import { withoutMisplacedCourtesy } from './added-courtesy.ts';

/** Words that introductions of answers are made of. */
const introductionKind =
  '(?:new|re-?written|re-?phrased|revised|edited|corrected|improved|shorter|shortened|short|concise|clearer|clear|simpler|simplified|friendlier|friendly|warmer|warm|formal|professional|polished|updated|fixed|more|possible|better|final)';
const introductionNoun =
  '(?:text|version|draft|rewrite|re-?writing|revision|message|paragraph|sentence|e-?mail|mail|note|answer|response|correction)';
const opener = '(?:(?:sure|certainly|of course|absolutely|okay|ok|great)(?: thing)?[,.!]?\\s+)?';
const article = '(?:(?:a|an|the|your|my|one)\\s+)?';
const kinds = `(?:${introductionKind}\\s+(?:and\\s+)?)`;
const introduction = new RegExp(
  `^${opener}(?:(?:here(?:['’]s| is| are)|this is|below is)\\s+${article}${kinds}*|${article}${kinds}+)` +
    `${introductionNoun}(?<tail>(?:\\s+(?:of|for|in|with|that|to|as)\\s[^:\\n]{0,60})?):\\s*`,
  'iu',
);
const pleasantry = /^(?:sure|certainly|of course|absolutely)\b[^:\n]{0,60}:\s+/iu;
const fence = /^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?\1$/u;
const quotationMarks: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ["'", "'"],
];
// eslint-disable-next-line no-control-regex -- control characters are what it removes
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u2060\uFEFF]/gu;

/**
 * The prose of an answer on one line: without what models put around it (an introduction, a code
 * fence, quotation marks, courtesy out of place), unless the draft has the same.
 * @param mayThank whether the answer may end in thanks that the draft does not have
 */
export function cleanAnswer(answer: string, draft: string, mayThank: boolean): string {
  let text = answer.replaceAll('\r\n', '\n').replace(controls, '').trim();
  text = withoutFence(text, draft);
  text = withoutIntroduction(text, draft);
  text = withoutQuotationMarks(withoutFence(text, draft), draft);
  const line = text.replace(/\s*[\n\u2028\u2029]\s*/gu, ' ').trim();
  return withoutMisplacedCourtesy(line, draft, mayThank);
}

function withoutFence(text: string, draft: string): string {
  const inside = fence.exec(text)?.[2];
  return inside === undefined || draft.includes('```') ? text : inside.trim();
}

function withoutIntroduction(text: string, draft: string): string {
  for (const pattern of [introduction, pleasantry]) {
    const found = pattern.exec(text);
    if (!found || pattern.test(draft)) continue;
    const rest = text.slice(found[0].length).trim();
    // "Here is the text of Friday's notice: ..." is no introduction when the draft has these words.
    const said = found.groups?.['tail'] ?? (pattern === pleasantry ? found[0] : '');
    if (rest !== '' && !sharesWord(said, draft)) return rest;
  }
  return text;
}

function sharesWord(text: string, draft: string): boolean {
  const words = new Set(longWords(draft));
  return longWords(text).some((word) => words.has(word));
}

function longWords(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{5,}/gu) ?? [];
}

function withoutQuotationMarks(text: string, draft: string): string {
  for (const [open, close] of quotationMarks) {
    if (text.length < 2 || !text.startsWith(open) || !text.endsWith(close)) continue;
    const inside = text.slice(open.length, -close.length);
    // "A" and "B" are two quotations, not one.
    if (inside.includes(open) || inside.includes(close) || draft.startsWith(open)) return text;
    return inside.trim();
  }
  return text;
}
