import type { Fact } from './fact.ts';

/** Stands for a character of a fact that was found: neither a letter, a digit nor a blank. */
const claimed = '\uE000';

/** What a reader says about a match; its text and offsets are those of the match. */
export type Reading = Omit<Fact, 'text' | 'start' | 'end'> & {
  /** Only a part of the match is the fact: offsets in the match. */
  readonly part?: readonly [start: number, end: number];
};

export type Groups = Readonly<Record<string, string | undefined>>;

/** Where a match is: the whole sentence, and the match's offsets in it. */
export interface Place {
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
}

/** A span to hide, and the fact that stands there. */
export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly reading?: Reading;
}

/** Finds facts in a sentence, one kind after the other; what one found is hidden from the next. */
export class Scan {
  readonly facts: Fact[] = [];
  #rest: string;

  constructor(readonly sentence: string) {
    this.#rest = sentence;
  }

  /** The sentence with all facts hidden; offsets are the same. */
  get rest(): string {
    return this.#rest;
  }

  /** Reads every match of a global pattern with named groups; a match without readings stays. */
  take(
    pattern: RegExp,
    read: (match: string, groups: Groups, place: Place) => readonly Reading[] | Reading | undefined,
  ): void {
    this.#rest = this.#rest.replace(pattern, (match: string, ...rest: unknown[]) => {
      const groups = (typeof rest.at(-1) === 'object' ? rest.at(-1) : {}) as Groups;
      const start = rest.find((value) => typeof value === 'number') as number;
      const place = { sentence: this.sentence, start, end: start + match.length };
      const readings = [read(match, groups, place) ?? []].flat();
      if (readings.length === 0) return match;
      for (const reading of readings) this.#add(reading, start, match.length);
      return claimed.repeat(match.length);
    });
  }

  /** Hides spans, in order and apart, and adds what stands there. */
  claim(spans: readonly Claim[]): void {
    const parts: string[] = [];
    let from = 0;
    for (const { start, end, reading } of spans) {
      if (reading !== undefined) this.#add(reading, start, end - start);
      parts.push(this.#rest.slice(from, start), claimed.repeat(end - start));
      from = end;
    }
    this.#rest = parts.join('') + this.#rest.slice(from);
  }

  #add({ part = [0, Infinity], ...reading }: Reading, start: number, length: number): void {
    const from = start + part[0];
    const to = start + Math.min(part[1], length);
    this.facts.push({ ...reading, text: this.sentence.slice(from, to), start: from, end: to });
  }
}
