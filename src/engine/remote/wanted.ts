import type { TokenId } from '../../decoding/policy.ts';
import type { Sampling } from './dialect.ts';
import type { Course } from './known-text.ts';

/**
 * Tokens that a request continues the likeliest text by, besides those of the step: more with each
 * request while the text is the likeliest one, up to the most.
 */
const ahead = { fewest: 8, most: 32 } as const;
/** A continuation to ask for: `path` starts at the end of the committed text. */
export interface Wanted {
  readonly path: readonly TokenId[];
  readonly length: number;
  readonly course: Course;
  readonly sampling?: Sampling | undefined;
}

/** How far requests continue the likeliest text beyond what a step needs. */
export class Ahead {
  #tokens: number = ahead.fewest;
  /** Length of the longest rollouts; 0 while there were none. */
  #longest = 0;

  rolledOut(length: number): void {
    this.#longest = Math.max(this.#longest, length);
  }

  /** Begins again with few tokens: the text left its likeliest path. */
  restart(): void {
    this.#tokens = ahead.fewest;
  }

  /** Tokens to ask for beyond `length`; none where rollouts get shorter, near the text's end. */
  take(length: number): number {
    if (length < this.#longest) return 0;
    const taken = this.#tokens;
    this.#tokens = Math.min(2 * taken, ahead.most);
    return taken;
  }
}

/** Several rollouts may lack the same continuation. */
export function distinct(wanted: readonly Wanted[]): Wanted[] {
  const kept: Wanted[] = [];
  for (const each of wanted) {
    const same = (other: Wanted): boolean =>
      other.course === each.course && other.path.join(' ') === each.path.join(' ');
    const known = kept.findIndex(same);
    if (known < 0) kept.push(each);
    else if (kept[known]!.length < each.length) kept[known] = each;
  }
  return kept;
}
