import { LinkifyIt } from 'linkify-it';
import type { Claim, Scan } from './scan.ts';

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true });
linkify.tlds(['app', 'dev', 'cloud', 'online', 'site', 'tech', 'test', 'example', 'local'], true);

/** Endings of file names; some are also domains of countries, which prose names rarely. */
const extensions = new Set(
  (
    'adoc avi bak bash bat bib bin bmp bz2 c cc cfg cjs cmd conf cpp cs css csv cts cu cxx dart ' +
    'dat db deb diff dll dmg doc docx env epub exe fish flac gguf gif go gradle gz h hpp htm html ' +
    'ico ini ipynb iso jar java jpeg jpg js json jsonl jsx kt less lock log lua md mdx mjs mov mp3 ' +
    'mp4 msi mts odp ods odt onnx org pdf php pl png ppt pptx properties ps1 psd py pyc rar rb rpm ' +
    'rs rst rtf safetensors sass scala scss sh so sql srt svg swift tar tex tgz tif tiff toml ts ' +
    'tsv tsx ttf txt vb vsix vue wasm wav webm webp whl woff xls xlsx xml xz yaml yml zip zsh'
  ).split(' '),
);

/** Marks such as `[1]`, links, mail addresses, file names and paths. */
export function takeLinks(scan: Scan): void {
  scan.take(/\[\/?\d{1,4}\]/gu, (mark) => ({ kind: 'mark', key: mark }));
  if (/[@:.]/u.test(scan.rest)) takeUrls(scan);
  if (/[./\\]/u.test(scan.rest)) {
    scan.take(/[^\s\uE000"'`<>()[\]{}|,;!?“”‘’«»]+/gu, (word) => {
      const name = word.replace(/[.:]+$/u, '');
      if (!isFile(name)) return undefined;
      return { kind: 'file', key: name.replace(/\/$/u, ''), part: [0, name.length] };
    });
  }
}

/** Start and end of each address, mail address and domain in a text, in order. */
export function linkSpans(text: string): (readonly [start: number, end: number])[] {
  return linksIn(text).map(({ index, lastIndex }) => [index, lastIndex]);
}

function linksIn(text: string) {
  const links = linkify.match(text) ?? [];
  return links.filter(({ schema, raw }) => schema !== '' || isHost(raw));
}

function takeUrls(scan: Scan): void {
  const links = linksIn(scan.rest).map(({ index: start, lastIndex: end, schema, raw }): Claim => {
    if (schema === 'mailto:') {
      const key = raw.toLowerCase().replace(/^mailto:/u, '');
      return { start, end, reading: { kind: 'mail', key } };
    }
    return { start, end, reading: { kind: 'url', key: urlKey(raw) } };
  });
  scan.claim(links);
}

/** Whether a link without scheme is one: not a file, and not two sentences without a blank. */
function isHost(raw: string): boolean {
  const [host = ''] = raw.split(/[/?#:]/u);
  const ending = host.slice(host.lastIndexOf('.') + 1);
  if (/^www\./iu.test(raw)) return true;
  return ending === ending.toLowerCase() && !(host === raw && extensions.has(ending));
}

function urlKey(raw: string): string {
  const [, host = '', rest = ''] = /^(?:[a-z]+:\/\/)?(?:www\.)?([^/?#]*)(.*)$/isu.exec(raw) ?? [];
  return host.toLowerCase() + rest.replace(/\/$/u, '');
}

function isFile(word: string): boolean {
  if (word.length > 300 || !/[\p{L}\p{N}]/u.test(word)) return false;
  if (/^(?:~|\.{1,2})?[/\\][\p{L}\p{N}_.@-]/u.test(word) || /^[A-Za-z]:\\/u.test(word)) return true;
  const dot = word.lastIndexOf('.');
  const named = dot >= 0 && extensions.has(word.slice(dot + 1).toLowerCase());
  if (named) return dot === 0 || !/^\d+$/u.test(word.slice(0, dot)) || word.includes('/');
  return /[\p{L}_]\/[\p{L}\p{N}_.@*-]+\/[\p{L}_]/u.test(word) && !/^\d/u.test(word);
}
