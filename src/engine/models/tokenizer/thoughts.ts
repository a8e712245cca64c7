import type { AddedTokenEntry } from './tokenizer-json.ts';

/** What begins and ends a thought in a response. */
export interface ThoughtMark {
  readonly open: string;
  readonly close: string;
}

/** A response's text, and what the model thought before it. */
export interface ThoughtReading {
  readonly text: string;
  readonly thoughts: string;
  /** Whether the response ends inside a thought. */
  readonly open: boolean;
}

const between = (open: string, close: string): ThoughtMark => ({ open, close });

/** The marks of model families; each model has those that its template or its tokens name. */
const knownMarks: readonly ThoughtMark[] = [
  // Qwen 3, DeepSeek, SmolLM3, Granite 3.3 and most others
  between('<think>', '</think>'),
  between('<thinking>', '</thinking>'),
  // EXAONE
  between('<thought>', '</thought>'),
  // Seed
  between('<seed:think>', '</seed:think>'),
  // Magistral
  between('[THINK]', '[/THINK]'),
  // Command A
  between('<|START_THINKING|>', '<|END_THINKING|>'),
  // Apertus
  between('<|inner_prefix|>', '<|inner_suffix|>'),
  // Kimi
  between('\u25C1think\u25B7', '\u25C1/think\u25B7'),
  // Gemma 4
  between('<|channel>thought', '<channel|>'),
  // gpt-oss
  between('<|channel|>analysis<|message|>', '<|channel|>final<|message|>'),
];

interface NextThought {
  /** Text before the thought. */
  readonly before: string;
  /** Undefined without another thought. */
  readonly mark: ThoughtMark | undefined;
  /** What follows the opening mark. */
  readonly rest: string;
}

/** How the thoughts of one model's responses are marked. */
export class ThoughtMarks {
  /** Marks that text from anywhere may have. */
  static readonly known = new ThoughtMarks(knownMarks.map(({ close }) => close).join(''), []);

  /** Control tokens that are parts of marks, which decoding must not omit. */
  readonly tokens: ReadonlySet<number>;
  readonly #marks: readonly ThoughtMark[];
  readonly #kept: readonly string[];

  /**
   * @param template Jinja source of the chat template
   * @param added the tokenizer's added tokens
   */
  constructor(template: string | undefined, added: readonly AddedTokenEntry[]) {
    const named = (text: string): boolean =>
      template?.includes(text) === true || added.some(({ content }) => content === text);
    this.#marks = knownMarks.filter(({ open, close }) =>
      [open, close, firstToken(open)].some(named),
    );
    const kept = added.filter(
      ({ content, special }) =>
        special && this.#marks.some(({ open, close }) => (open + close).includes(content)),
    );
    this.tokens = new Set(kept.map(({ id }) => id));
    this.#kept = kept.map(({ content }) => content);
  }

  /** Whether the model's responses may have thoughts. */
  get any(): boolean {
    return this.#marks.length > 0;
  }

  /** Whether a token is the whole of a mark. */
  has(token: string): boolean {
    return this.#marks.some(({ open, close }) => token === open || token === close);
  }

  /** The mark that a prompt leaves open, so that the response begins inside a thought. */
  leftOpen(prompt: string): ThoughtMark | undefined {
    const end = prompt.trimEnd();
    return this.#marks.find(({ open }) => end.endsWith(open));
  }

  /** The mark that a text closes without having opened it. */
  closedOnly(text: string): ThoughtMark | undefined {
    return this.#marks.find(({ open, close }) => text.includes(close) && !text.includes(open));
  }

  /**
   * Tells a response's thoughts from its text. More of the response only adds to the text: the
   * beginning of a possible mark is not part of it yet.
   * @param begun the mark that the prompt left open
   */
  read(written: string, begun?: ThoughtMark): ThoughtReading {
    let inside = begun;
    let rest = written;
    let text = '';
    let thoughts = '';
    for (;;) {
      if (inside) {
        const at = rest.indexOf(inside.close);
        if (at < 0) return { text, thoughts: thoughts + rest, open: true };
        thoughts += rest.slice(0, at);
        rest = rest.slice(at + inside.close.length).trimStart();
      }
      const next = this.#next(rest, text === '');
      text += next.before;
      if (next.mark === undefined) return { text, thoughts, open: false };
      inside = next.mark;
      rest = next.rest;
    }
  }

  /** The text up to the next thought, and what follows its opening mark. */
  #next(written: string, atStart: boolean): NextThought {
    if (!atStart) return this.#nextByToken(written);
    const lead = written.trimStart();
    for (const mark of this.#marks) {
      if (lead.startsWith(mark.open))
        return { before: '', mark, rest: lead.slice(mark.open.length) };
      // A thought that was closed already, as where the prompt has an empty one.
      if (lead.startsWith(mark.close))
        return this.#next(lead.slice(mark.close.length).trimStart(), true);
    }
    const begins = this.#marks.some(({ open, close }) =>
      [open, close].some((mark) => mark.startsWith(lead)),
    );
    return begins ? { before: '', mark: undefined, rest: '' } : this.#nextByToken(written);
  }

  /** Inside the text, only control tokens mark a thought: a text may be about "<think>". */
  #nextByToken(written: string): NextThought {
    const found = this.#marks
      .filter(({ open }) => this.#kept.some((token) => open.startsWith(token)))
      .map((mark) => ({ mark, at: written.indexOf(mark.open) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0];
    const before = written.slice(0, found?.at);
    const rest = found ? written.slice(found.at + found.mark.open.length) : '';
    return { before: this.#plain(before, found !== undefined), mark: found?.mark, rest };
  }

  /** Text without the control tokens of marks, and without a mark that has only begun. */
  #plain(text: string, complete: boolean): string {
    const last = Math.max(-1, ...this.#kept.map((token) => text.lastIndexOf(token)));
    const begun = last < 0 ? '' : text.slice(last);
    const held =
      !complete && this.#marks.some(({ open }) => begun !== '' && open.startsWith(begun));
    const shown = held ? text.slice(0, last) : text;
    return this.#kept.reduce((plain, token) => plain.replaceAll(token, ''), shown);
  }
}

/** The first of the control tokens that a mark consists of. */
function firstToken(mark: string): string {
  return /^<\|[^|]*\|>/u.exec(mark)?.[0] ?? mark;
}
