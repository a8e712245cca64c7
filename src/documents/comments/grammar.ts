import { createHighlighterCore, type HighlighterCore } from '@shikijs/core';
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript';
import { type Span } from '../block.ts';
import { type CommentLanguage } from './languages.ts';

/** A line of code without its line ending. */
export interface CodeLine extends Span {
  readonly text: string;
}

export type Grammar = ReturnType<HighlighterCore['getLanguage']>;
export type StateStack = ReturnType<Grammar['tokenizeLine']>['ruleStack'];

let highlighter: Promise<HighlighterCore> | undefined;

/** The TextMate grammar of a language, which is loaded once. */
export async function grammarOf({ grammar, load }: CommentLanguage): Promise<Grammar> {
  highlighter ??= createHighlighterCore({
    langs: [],
    themes: [],
    engine: createJavaScriptRegexEngine(),
  });
  const core = await highlighter;
  if (!core.getLoadedLanguages().includes(grammar)) await core.loadLanguage(load());
  return core.getLanguage(grammar);
}

export function codeLines(source: string): CodeLine[] {
  const lines: CodeLine[] = [];
  for (const { index, 0: found } of source.matchAll(/[^\r\n]*(?:\r\n?|\n|$)/gu)) {
    if (found === '') continue;
    const text = found.replace(/[\r\n]+$/u, '');
    lines.push({ start: index, end: index + text.length, text });
  }
  return lines;
}
