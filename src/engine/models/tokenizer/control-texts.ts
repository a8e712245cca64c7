import type { AddedTokenEntry, PipelineNode, TokenizerJson } from './tokenizer-json.ts';

/** Private-use characters, of which a text that is not ours hardly has one. */
const firstPrivate = 0xe000;

/**
 * The texts of a tokenizer's control tokens ("<|im_end|>"), to tell those that a chat template
 * writes from those in a person's text, which are text.
 */
export class ControlTexts {
  readonly #contents: readonly string[];
  readonly #start: RegExp | undefined;
  readonly #whole: RegExp | undefined;

  constructor(contents: Iterable<string>) {
    // A single character cannot be broken.
    this.#contents = [...contents].filter((text) => text.length > 1 && text.trim() !== '');
    if (this.#contents.length === 0) return;
    // The longest first, as tokenizers match them.
    const any = [...this.#contents]
      .sort((a, b) => b.length - a.length)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&'))
      .join('|');
    // In any case, because a template may change the case of a text.
    this.#start = new RegExp(`(?=(?:${any}))([\\s\\S])`, 'giu');
    this.#whole = new RegExp(any, 'gu');
  }

  /** Whether a text has the text of a control token, in upper or lower case. */
  occursIn(text: string): boolean {
    return this.#start !== undefined && text.search(this.#start) >= 0;
  }

  /** The text with `mark` inside each control token, so that it is none. */
  broken(text: string, mark: string): string {
    return this.#start === undefined ? text : text.replace(this.#start, `$1${mark}`);
  }

  /** The text without `mark`, and with the alias of each control token that is not broken. */
  aliased(text: string, mark: string, aliases: Aliases): string {
    const written =
      this.#whole === undefined ? text : text.replace(this.#whole, (each) => aliases.of(each));
    return written.replaceAll(mark, '');
  }

  /** Other names of all control tokens, which begin with `lead`. */
  aliases(lead: string): Aliases {
    return new Aliases(this, this.#contents, lead);
  }
}

/** Names of control tokens that no text has: a tokenizer that knows only them spells all others. */
export class Aliases {
  readonly #names: ReadonlyMap<string, string>;

  constructor(
    readonly controls: ControlTexts,
    contents: readonly string[],
    readonly lead: string,
  ) {
    this.#names = new Map(contents.map((text, index) => [text, `${lead}${index}${lead}`]));
  }

  /** The alias of a control token; any other text unchanged. */
  readonly of = (text: string): string => this.#names.get(text) ?? text;

  /** The tokenizer with aliases for the control tokens, and without merges into one. */
  rename({ added_tokens, model, post_processor, ...rest }: TokenizerJson): TokenizerJson {
    const added = added_tokens.map((token): AddedTokenEntry => {
      const content = this.of(token.content);
      return content === token.content ? token : { ...token, content, normalized: false };
    });
    const renamed = this.#strings(post_processor) as PipelineNode | null;
    return { ...rest, added_tokens: added, model: this.#model(model), post_processor: renamed };
  }

  #model(model: PipelineNode): PipelineNode {
    const { vocab, merges, unk_token: unknown } = model;
    return {
      ...model,
      vocab: Array.isArray(vocab)
        ? (vocab as [string, number][]).map(([text, score]) => [this.of(text), score])
        : renamedKeys(vocab as Readonly<Record<string, unknown>>, this.of),
      ...(Array.isArray(merges) && {
        merges: merges.filter((merge) => !this.#makesControl(merge)),
      }),
      ...(typeof unknown === 'string' && { unk_token: this.of(unknown) }),
    };
  }

  #makesControl(merge: unknown): boolean {
    const made = Array.isArray(merge) ? merge.join('') : String(merge).replace(' ', '');
    return this.#names.has(made);
  }

  /** The same value with every string that names a control token replaced by its alias. */
  #strings(value: unknown): unknown {
    if (typeof value === 'string') return this.of(value);
    if (Array.isArray(value)) return value.map((each) => this.#strings(each));
    if (typeof value !== 'object' || value === null) return value;
    return renamedKeys(value as Readonly<Record<string, unknown>>, this.of, (each) =>
      this.#strings(each),
    );
  }
}

function renamedKeys(
  table: Readonly<Record<string, unknown>>,
  name: (key: string) => string,
  change: (value: unknown) => unknown = (value) => value,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([key, value]) => [name(key), change(value)]),
  );
}

/** `count` private-use characters that none of the texts has. */
export function unusedCharacters(count: number, ...texts: readonly string[]): string[] {
  const unused: string[] = [];
  for (let code = firstPrivate; unused.length < count; code++) {
    const character = String.fromCodePoint(code);
    if (!texts.some((text) => text.includes(character))) unused.push(character);
  }
  return unused;
}
