import type {
  Policy,
  PolicySequence,
  Rollout,
  RolloutStart,
  TokenId,
} from '../../src/decoding/policy.ts';
import type { TabularPolicy } from './tabular.ts';

/** A tabular policy that keeps what decoding asks of it. */
export class RecordingPolicy implements Policy {
  readonly id: string;
  readonly vocabularySize: number;
  readonly vocabularyId: string;
  readonly endTokens: Policy['endTokens'];
  readonly contextLength: number;
  /** k of each request for candidates. */
  readonly candidates: number[] = [];
  /** The rollouts of each request, without those of later steps. */
  readonly rollouts: (readonly RolloutStart[])[] = [];
  /** Whether each request, also for log-probabilities, lets the policy reuse positions. */
  readonly reuse: boolean[] = [];
  /** Temperature and first random number of each sampled token. */
  readonly samples: { readonly temperature: number; readonly uniform: number }[] = [];
  /** The continuations of each request for log-probabilities. */
  readonly scored: (readonly (readonly TokenId[])[])[] = [];

  constructor(
    private readonly inner: TabularPolicy,
    /** Changes what the policy answers. */
    private readonly answer: (rollout: Rollout) => Rollout = (rollout) => rollout,
  ) {
    this.id = inner.id;
    this.vocabularySize = inner.vocabularySize;
    this.vocabularyId = inner.vocabularyId;
    this.endTokens = inner.endTokens;
    this.contextLength = inner.contextLength;
  }

  /** Starts of all rollouts asked for. */
  get starts(): RolloutStart[] {
    return this.rollouts.flat();
  }

  async open(tokens: readonly TokenId[]): Promise<PolicySequence> {
    const sequence = await this.inner.open(tokens);
    const next = sequence.next.bind(sequence);
    const rollOut = sequence.rollOut.bind(sequence);
    const sample = sequence.sample.bind(sequence);
    const score = sequence.score.bind(sequence);
    sequence.next = (k) => {
      this.candidates.push(k);
      return next(k);
    };
    sequence.rollOut = async (starts, options) => {
      this.rollouts.push(starts);
      this.reuse.push(options.reuse);
      return (await rollOut(starts, options)).map(this.answer);
    };
    sequence.sample = (random, temperature) => {
      const uniform = random.uniform();
      this.samples.push({ temperature, uniform });
      return sample({ uniform: () => uniform }, temperature);
    };
    sequence.score = (continuations, options) => {
      this.scored.push(continuations);
      this.reuse.push(options.reuse);
      return score(continuations, options);
    };
    return sequence;
  }
}
