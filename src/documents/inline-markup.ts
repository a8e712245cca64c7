import { type Markup } from './block.ts';

/**
 * Inline markup of a language without a parser that gives the places of it. `open`, `words` and
 * `close` are regular expressions without capturing groups; bounded, so that the time is linear.
 */
export type InlineRule =
  | {
      readonly lone: RegExp;
      /** The plain character that a piece stands for, if it does. */
      readonly as?: (source: string) => string | undefined;
    }
  | { readonly open: RegExp; readonly words: RegExp; readonly close: RegExp };

const deepest = 6;

/** Finds the inline markup of a text by rules, of which the first that fits counts. */
export class InlineMarkup {
  readonly #rules: readonly InlineRule[];
  readonly #pattern: RegExp;

  constructor(rules: readonly InlineRule[]) {
    this.#rules = rules;
    const sources = rules.map((rule, index) =>
      'lone' in rule
        ? `(?<lone${index}>${rule.lone.source})`
        : `(?<open${index}>${rule.open.source})(?<words${index}>${rule.words.source})(?:${rule.close.source})`,
    );
    this.#pattern = new RegExp(sources.join('|'), 'gu');
  }

  /**
   * @param text of a block
   * @param offset of the text in its document
   */
  find(text: string, offset: number): Markup[] {
    const found: Markup[] = [];
    this.#find(text, offset, 0, found);
    return found;
  }

  #find(text: string, offset: number, depth: number, found: Markup[]): void {
    for (const match of text.matchAll(this.#pattern)) {
      const start = offset + match.index;
      const end = start + match[0].length;
      const pair = pairOf(match.groups);
      if (!pair) {
        const as = this.#character(match);
        found.push({ start, end, ...(as !== undefined && { as }) });
        continue;
      }
      const wordsStart = start + pair.open.length;
      const inner = { start: wordsStart, end: wordsStart + pair.words.length };
      found.push({ start, end, inner });
      if (depth < deepest) this.#find(pair.words, wordsStart, depth + 1, found);
    }
  }

  #character({ 0: source, groups = {} }: RegExpExecArray): string | undefined {
    const index = this.#rules.findIndex((_, at) => groups[`lone${at}`] !== undefined);
    const rule = this.#rules[index];
    return rule && 'lone' in rule ? rule.as?.(source) : undefined;
  }
}

function pairOf(groups: Record<string, string> | undefined) {
  for (const [name, open] of Object.entries(groups ?? {}))
    if (name.startsWith('open') && open !== undefined)
      return { open, words: groups![`words${name.slice('open'.length)}`]! };
  return undefined;
}
