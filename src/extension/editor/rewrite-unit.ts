import type { FactComparison, UnitResult } from '../../protocol/rewriting.ts';
import type { Span } from './tracked-span.ts';

export type UnitState =
  | 'waiting'
  | 'writing'
  | 'changed'
  | 'kept'
  | 'accepted'
  | 'rejected'
  /** The person edited the draft, so its rewrite is dropped. */
  | 'edited';

/** One way to say what the draft of a unit says. */
export interface Wording {
  readonly source: string;
  readonly facts: FactComparison;
  /** The target reward; null where it was not scored. */
  readonly reward: number | null;
}

/** A unit of a rewrite: its draft in the document, and the wordings that the engine offers. */
export class RewriteUnit {
  state: UnitState = 'waiting';
  /** The source so far, while it is written. */
  text = '';
  /** How often it was written again. */
  attempt = 0;
  #result: UnitResult | undefined;
  #wordings: readonly Wording[] = [];
  #chosen = 0;

  constructor(
    /** The place of the draft in the document as it is now. */
    public span: Span,
    /** The draft's own characters. */
    readonly draft: string,
  ) {}

  get result(): UnitResult | undefined {
    return this.#result;
  }

  /** Whether the person can still decide about it. */
  get isOpen(): boolean {
    return ['waiting', 'writing', 'changed'].includes(this.state);
  }

  /** The wording that Accept takes; undefined unless the unit changed. */
  get wording(): Wording | undefined {
    return this.state === 'changed' ? this.#wordings[this.#chosen] : undefined;
  }

  /** The place of the chosen wording among all, from 1. */
  get place(): { readonly at: number; readonly of: number } {
    return { at: this.#chosen + 1, of: this.#wordings.length };
  }

  /** The reward of the draft and of the chosen wording; undefined if one was not scored. */
  get reward(): { name: string; before: number; after: number } | undefined {
    const reward = this.#result?.reward;
    const after = this.wording?.reward;
    return reward && typeof after === 'number' ? { ...reward, after } : undefined;
  }

  nextWording(): void {
    this.#chosen = (this.#chosen + 1) % Math.max(1, this.#wordings.length);
  }

  /** Takes the engine's answer; after another attempt, earlier wordings stay in the list. */
  finish(result: UnitResult): void {
    const earlier = this.#wordings;
    if (result.status === 'kept') {
      this.state = earlier.length > 0 ? 'changed' : 'kept';
      this.#result ??= result;
      return;
    }
    this.#result = result;
    this.state = 'changed';
    const { source, facts, reward, alternatives } = result;
    const written = [{ source, facts, reward: reward?.after ?? null }, ...alternatives];
    const all = [...written, ...earlier];
    this.#wordings = all.filter(
      (each, index) =>
        each.source !== this.draft &&
        all.findIndex((other) => other.source === each.source) === index,
    );
    this.#chosen = 0;
  }

  /** Ends writing without an answer: earlier wordings stay, otherwise the draft. */
  abandon(): void {
    if (this.state !== 'waiting' && this.state !== 'writing') return;
    this.state = this.#wordings.length > 0 ? 'changed' : 'kept';
  }
}
