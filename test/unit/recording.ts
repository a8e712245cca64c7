import type {
  Candidate,
  PolicySequence,
  RandomStream,
  Rollout,
  RolloutOptions,
  RolloutStart,
  TokenId,
} from '../../src/decoding/policy.ts';
import type { Response, RewardSession } from '../../src/decoding/reward.ts';
import { TabularPolicy, TabularReward } from './tabular.ts';

/** What a policy was asked, with the number of tokens committed to its text by then. */
export type PolicyQuestion = { readonly length: number } & (
  | { readonly what: 'next'; readonly k: number }
  | { readonly what: 'rollOut'; readonly starts: readonly RolloutStart[] }
  | { readonly what: 'sample'; readonly temperature: number }
  | { readonly what: 'logProbs'; readonly tokens: readonly TokenId[] }
  | { readonly what: 'score' }
);

/** A tabular policy that records what it was asked. */
export class RecordingPolicy extends TabularPolicy {
  readonly asked: PolicyQuestion[] = [];

  override async open(prompt: readonly TokenId[]): Promise<PolicySequence> {
    return new RecordingSequence(await super.open(prompt), this.asked);
  }

  questions<What extends PolicyQuestion['what']>(
    what: What,
  ): (PolicyQuestion & { readonly what: What })[] {
    return this.asked.filter(
      (question): question is PolicyQuestion & { readonly what: What } => question.what === what,
    );
  }
}

class RecordingSequence implements PolicySequence {
  constructor(
    private readonly inner: PolicySequence,
    private readonly asked: PolicyQuestion[],
  ) {}

  get length(): number {
    return this.inner.length;
  }

  get count(): PolicySequence['count'] {
    return this.inner.count;
  }

  next(k: number): Promise<Candidate[]> {
    this.asked.push({ what: 'next', length: this.length, k });
    return this.inner.next(k);
  }

  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined {
    return this.inner.peekNext(path, k);
  }

  peekRollout(start: RolloutStart): Rollout {
    return this.inner.peekRollout(start);
  }

  logProbs(tokens: readonly TokenId[]): Promise<number[]> {
    this.asked.push({ what: 'logProbs', length: this.length, tokens });
    return this.inner.logProbs(tokens);
  }

  sample(random: RandomStream, temperature: number): Promise<Candidate> {
    this.asked.push({ what: 'sample', length: this.length, temperature });
    return this.inner.sample(random, temperature);
  }

  rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]> {
    this.asked.push({ what: 'rollOut', length: this.length, starts });
    return this.inner.rollOut(starts, options);
  }

  score(
    continuations: readonly (readonly TokenId[])[],
    options: RolloutOptions,
  ): Promise<number[]> {
    this.asked.push({ what: 'score', length: this.length });
    return this.inner.score(continuations, options);
  }

  commit(token: TokenId): Promise<void> {
    return this.inner.commit(token);
  }

  close(): void {
    this.inner.close();
  }
}

/** A tabular reward that records the responses that it scored. */
export class RecordingReward extends TabularReward {
  readonly responses: Response[] = [];

  override async open(): Promise<RewardSession> {
    const session = await super.open();
    return {
      ...session,
      score: (responses) => {
        this.responses.push(...responses);
        return session.score(responses);
      },
    };
  }
}
