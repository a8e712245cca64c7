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
  | {
      readonly what: 'rollOut';
      readonly starts: readonly RolloutStart[];
      readonly reuse: boolean;
    }
  | { readonly what: 'sample'; readonly temperature: number; readonly uniform: number }
  | { readonly what: 'logProbs'; readonly tokens: readonly TokenId[] }
  | {
      readonly what: 'score';
      readonly continuations: readonly (readonly TokenId[])[];
      readonly reuse: boolean;
    }
);

/** A tabular policy that records what it was asked. */
export class RecordingPolicy extends TabularPolicy {
  readonly asked: PolicyQuestion[] = [];
  /** Changes the rollouts that it answers. */
  change: (rollout: Rollout) => Rollout = (rollout) => rollout;

  override async open(prompt: readonly TokenId[]): Promise<PolicySequence> {
    return new RecordingSequence(await super.open(prompt), this.asked, this.change);
  }

  /** Starts of all rollouts asked for. */
  get starts(): RolloutStart[] {
    return this.questions('rollOut').flatMap(({ starts }) => starts);
  }

  /** Whether each request for rollouts and scores lets the policy reuse positions. */
  get reuse(): boolean[] {
    return this.asked.flatMap((question) => ('reuse' in question ? [question.reuse] : []));
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
    private readonly change: (rollout: Rollout) => Rollout,
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
    const uniform = random.uniform();
    this.asked.push({ what: 'sample', length: this.length, temperature, uniform });
    return this.inner.sample({ uniform: () => uniform }, temperature);
  }

  async rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]> {
    this.asked.push({ what: 'rollOut', length: this.length, starts, reuse: options.reuse });
    return (await this.inner.rollOut(starts, options)).map(this.change);
  }

  score(
    continuations: readonly (readonly TokenId[])[],
    options: RolloutOptions,
  ): Promise<number[]> {
    const { reuse } = options;
    this.asked.push({ what: 'score', length: this.length, continuations, reuse });
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
