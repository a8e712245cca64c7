import { type DocumentParser } from '../block.ts';
import { textBlocks } from './text-blocks.ts';
import { type TextLine, textLines } from './text-lines.ts';

const header = /^[A-Z][A-Za-z-]{0,30}:(?:\s|$)/u;
const mailHeader =
  /^(?:from|to|cc|bcc|subject|date|sent|reply-to|message-id|von|an|betreff|datum|gesendet)\s?:/iu;
const signatureLine = /^-- ?$/u;
const forwarded =
  /^(?:-{2,}\s*(?:original|forwarded|begin forwarded|ursprüngliche|weitergeleitete).*|_{10,})$/iu;
const attribution = /(?:wrote|writes|schrieb|a écrit)[^.]{0,80}:$/iu;

const longestChecked = 1000;
const dataLine = /^["']?[\w.-]+["']?\s*[:=]|[{}[\];]$|^\d+,|\p{L},["\p{L}]|^\(\w|\)\)$/u;

/** Parses plain text and mails: headers, signatures and what others wrote stay. */
export const parsePlainText: DocumentParser = (source) => {
  const lines = textLines(source);
  const own = lines.slice(headerLines(lines), ownEnd(lines));
  return { blocks: textBlocks(source, own.map(withoutAttribution)) };
};

/** Parses a text of an unknown language as plain text, if it reads like one. */
export const parseUnknown: DocumentParser = (source) =>
  readsLikeText(source) ? parsePlainText(source) : { blocks: [] };

/** Whether more lines are sentences, or parts of them, than data or code. */
function readsLikeText(source: string): boolean {
  let [words, others, ends] = [0, 0, 0];
  for (const { text } of textLines(source)) {
    const line = text.slice(0, longestChecked);
    if (isData(line)) others++;
    else if (line.split(/\s+/u).length > 2) {
      words++;
      if (/[.!?…。！？]/u.test(line)) ends++;
    }
  }
  return words > others && ends > 0;
}

function isData(line: string): boolean {
  const own = line.match(/[\p{L}\p{M}\s.,!?'’“”()-]/gu)?.length ?? 0;
  return own < 0.93 * line.length || dataLine.test(line);
}

/** How many lines the header of a mail has. */
function headerLines(lines: readonly TextLine[]): number {
  if (!lines[0] || !mailHeader.test(lines[0].text)) return 0;
  const end = lines.findIndex(({ text, indent }) => !header.test(text) && indent === 0);
  return end < 0 ? lines.length : end;
}

/** The line from which on all is signature, or a mail that this one answers. */
function ownEnd(lines: readonly TextLine[]): number {
  const end = lines.findIndex(({ text }) => signatureLine.test(text) || forwarded.test(text));
  return end < 0 ? lines.length : end;
}

/** "On Monday, Ann wrote:" goes with the quoted lines after it. */
function withoutAttribution(line: TextLine, index: number, lines: readonly TextLine[]): TextLine {
  const next = lines.slice(index + 1, index + 4).find(({ text }) => text !== '');
  const introduces = next?.text.startsWith('>') && attribution.test(line.text);
  return introduces ? { ...line, text: '', end: line.start } : line;
}
