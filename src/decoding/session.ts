import type { DecodingPlan } from './plan.ts';
import type { Policy, PolicySequence, ServedText } from './policy.ts';
import { totalTrunkPositions } from './reward.ts';
import { RewardScorer } from './scorer.ts';

/** The open resources of a request: one sequence per policy, one scorer per reward. */
export class DecodingSession {
  readonly #sequences = new Map<Policy, PolicySequence>();
  readonly #scorers: RewardScorer[] = [];
  /** r, if it was given. */
  target: RewardScorer | undefined;
  /** r_BL, if (16) needs it and it was given. */
  rewardBaseline: RewardScorer | undefined;

  constructor(
    private readonly plan: DecodingPlan,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Opens everything. After a failure, `close` closes what was opened. */
  async open(): Promise<void> {
    const { policy, reference, target, rewardBaseline } = this.plan;
    await this.#openSequence(policy);
    if (reference !== undefined) await this.#openSequence(reference);
    if (target !== undefined) this.target = await this.#openScorer(target);
    if (rewardBaseline !== undefined) this.rewardBaseline = await this.#openScorer(rewardBaseline);
  }

  /** The text under the policy that proposes candidates. */
  get sequence(): PolicySequence {
    return this.#sequences.get(this.plan.policy)!;
  }

  /** The text under pi_SFT, if it is used; the same object if it is the same policy. */
  get reference(): PolicySequence | undefined {
    return this.plan.reference && this.#sequences.get(this.plan.reference);
  }

  /** Positions computed by all policies. */
  get policyPositions(): number {
    return [...this.#sequences.values()].reduce((total, { count }) => total + count.positions, 0);
  }

  /** Positions through layers that several models share. */
  get trunkPositions(): number | undefined {
    return totalTrunkPositions([...this.#sequences.values(), ...this.#scorers]);
  }

  /** Requests to the servers that run the policies; null without a server. */
  get requests(): number | null {
    const counts = [...this.#sequences.values()].flatMap(({ requests }) => requests ?? []);
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count);
  }

  /** What is known of the servers' answers: the worst of them; undefined without a server. */
  get served(): ServedText | undefined {
    const all = [...this.#sequences.values()].flatMap(({ served }) => served ?? []);
    const worst = all.find(({ deterministic }) => deterministic !== 'verified') ?? all[0];
    const margins = all.flatMap(({ rolloutMargin }) => rolloutMargin ?? []);
    return worst && { ...worst, rolloutMargin: margins.length > 0 ? Math.min(...margins) : null };
  }

  /** Positions of the prompt reused from earlier texts. */
  get takenOverPositions(): number {
    return [...this.#sequences.values()].reduce(
      (sum, { count }) => sum + (count.takenOver ?? 0),
      0,
    );
  }

  /** Number of sequences, each of which reads prompt and committed text. */
  get sequenceCount(): number {
    return this.#sequences.size;
  }

  /** The rewards in use. */
  get rewards(): readonly RewardScorer[] {
    return this.#scorers;
  }

  /** Adds one token to the text of every policy and reward. */
  async commit(token: number): Promise<void> {
    for (const sequence of this.#sequences.values()) await sequence.commit(token);
    if (!this.plan.options.shortcuts.incrementalReward) return;
    for (const scorer of this.#scorers) await scorer.commit(token);
  }

  close(): void {
    for (const sequence of this.#sequences.values()) sequence.close();
    for (const scorer of this.#scorers) scorer.close();
  }

  async #openSequence(policy: Policy): Promise<void> {
    if (this.#sequences.has(policy)) return;
    this.#sequences.set(policy, await policy.open(this.plan.prompt.tokens, this.signal));
  }

  async #openScorer(reward: DecodingPlan['target'] & object): Promise<RewardScorer> {
    const { prompt, options } = this.plan;
    const scorer = await RewardScorer.open(reward, prompt, options.shortcuts, this.signal);
    this.#scorers.push(scorer);
    return scorer;
  }
}
