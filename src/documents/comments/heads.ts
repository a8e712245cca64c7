import { wordSet } from '../word-set.ts';

/** Tags with a name, and words about it. */
const nameTags =
  wordSet(`param params arg argument tparam typeParam typeparam prop property template
  field retval yieldparam option attr attribute var ivar cvar key keyword except
  exception throws throw raise raises`);
/** Tags with words about a value. */
const valueTags = wordSet('return returns result yield yields');
/** Tags with text. */
const textTags =
  wordSet(`deprecated description desc summary brief short details detail remarks remark
  note notes warning attention todo file fileoverview overview classdesc pre post invariant par bug
  privateRemarks apiNote implNote implSpec`);
const fieldNames =
  wordSet(`param parameter arg argument key keyword raises raise except exception var
  ivar cvar return returns yield yields deprecated note warning`);

const type = '(?:\\{(?:[^{}]|\\{[^{}]*\\}){0,300}\\}|\\[[^\\][]{0,200}\\])';
const name = `(?:[\\w\\\\|<>[\\]?,.]{1,100}\\s+(?=[&.]{0,3}\\$))?[&.]{0,3}(?:\\[[^\\][]{1,200}\\]|[$\\w.*:<>]{1,100})`;
const nameHead = new RegExp(`^(?:${type}\\s+)?${name}(?:\\s+${type})?\\s*(?:[-–—:]\\s+)?`, 'u');
const valueHead = new RegExp(`^(?:${type}\\s*)?(?:[-–—:]\\s+)?`, 'u');
const tag = /^[@\\]([A-Za-z][\w-]*)(?:\[[\w,]{1,20}\])?(?:\s+|$)/u;
const field = /^:([a-z]{1,20})(?:\s[^:]{1,100})?:\s*/u;
const item = /^(?:[-*+•]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?:\[[ xX]\]\s+)?/u;
const prefix =
  /^(?:TODO|FIXME|XXX|HACK|NOTE|NB|BUG|WARNING|WARN|CAUTION|IMPORTANT|OPTIMI[SZ]E|REVIEW|SAFETY|PERF)(?:\s?\([^()]{0,80}\))?(?:\s?[:!-]|(?<=\)))\s+|^(?:Note|Warning|Todo|Returns|Yields|Example)s?:\s+(?=\S)/u;
const googleItem = /^\*{0,2}[A-Za-z_][\w.]{0,80}(?:\s?\([^()]{0,200}\))?:\s+/u;

export type Head =
  | { readonly kind: 'text' | 'item'; readonly length: number }
  /** The line and those of its tag stay. */
  | { readonly kind: 'stays'; readonly skips: 'tag' | 'example' };

/**
 * What stands before the words of a line that begins something new: a tag, a bullet.
 * @param bareTypes whether types stand without braces before the words
 * @param inSection whether the line is an entry of a section such as "Args:"
 */
export function headOf(line: string, bareTypes: boolean, inSection: boolean): Head | undefined {
  const found = tag.exec(line);
  if (found) return tagHead(line, found[0].length, found[1]!, bareTypes);
  const sphinx = field.exec(line);
  if (sphinx)
    return fieldNames.has(sphinx[1]!)
      ? { kind: 'text', length: sphinx[0].length }
      : { kind: 'stays', skips: 'tag' };
  const marker = item.exec(line);
  if (marker) return { kind: 'item', length: marker[0].length };
  const words = prefix.exec(line) ?? (inSection ? googleItem.exec(line) : null);
  return words ? { kind: 'text', length: words[0].length } : undefined;
}

function tagHead(line: string, start: number, found: string, bareTypes: boolean): Head {
  const rest = line.slice(start);
  if (textTags.has(found)) return { kind: 'text', length: start };
  if (bareTypes && !/\$/u.test(rest)) return { kind: 'stays', skips: 'tag' };
  if (nameTags.has(found))
    return { kind: 'text', length: start + (nameHead.exec(rest)?.[0].length ?? 0) };
  if (valueTags.has(found))
    return { kind: 'text', length: start + (valueHead.exec(rest)?.[0].length ?? 0) };
  return {
    kind: 'stays',
    skips: /^(?:example|code|verbatim|snippet|dot)$/u.test(found) ? 'example' : 'tag',
  };
}

/** A section of a docstring whose entries have names. */
export const isEntrySection = (line: string): boolean =>
  /^(?:(?:Other |Keyword )?(?:Args|Arguments|Parameters|Params)|Kwargs|Attributes|Raises|Returns|Yields|Warns|Methods|Throws):$/u.test(
    line,
  );

/** A section of a docstring without prose. */
export const isExampleSection = (line: string): boolean =>
  /^(?:Examples?|Usage|See Also|References|Doctests?|Tests?|Synopsis)(?:::?)?$/u.test(line);

export const isFence = (line: string): boolean => /^(?:```|~~~)/u.test(line);
export const isDoctest = (line: string): boolean =>
  /^(?:>>>|\.\.\.|\$|In \[\d+\]:|%)(?:\s|$)/u.test(line);
export const isHeading = (line: string): boolean =>
  /^#{1,6}\s|^={1,6}\s|^\.[A-Z]{4,}\b|^\|/u.test(line);
export const isNumpyEntry = (line: string): boolean =>
  /^[\w*.`]+(?:, [\w*.`]+)*\s:(?:\s|$)/u.test(line);
/** A word that would make a line more than text. */
export const startsMarkup = (word: string): boolean =>
  /^(?:[-*+•@\\:#>|=~`/;!<$%.'"]|\(?(?:\d{1,3}|[a-z])[.)]$|\w+:$|[A-Z]{2,}\b)/u.test(word);
