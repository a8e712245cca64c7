import type {
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../../decoding/reward.ts';
import { factComparer } from '../../../facts/compare-facts.ts';
import type { FactComparison } from '../../../facts/fact.ts';
import { catalogueEntry } from '../catalogue-entry.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { unitRange } from '../unit-range.ts';
import { RecentTexts } from './recent-texts.ts';
import { maxMeasuredLength } from './text-reward.ts';

export const keepsFactsEntry = catalogueEntry(
  {
    id: 'keeps-facts',
    title: 'Keeps the facts',
    favours: "the draft's facts and no new ones (the prompt's, where there is no draft)",
    description:
      'Falls with each number, date, name, link, negation and speaker that is lost, changed or new.',
    range: unitRange,
    licence: 'MIT (compromise, linkify-it)',
    needsDraft: true,
  },
  {},
  (_, { id }) => new KeepsFacts(id),
);

/**
 * Facts of the draft that stand in the response: (1 + 2 k) / (1 + 2 k + l + n), with k facts kept,
 * l lost and n new; a changed fact is lost and new. 1 if all are kept and none is new. Facts that a
 * response which has not ended does not reach count as kept.
 */
export class KeepsFacts implements Reward {
  readonly range = unitRange;
  readonly textOnly = true;

  constructor(readonly id: string = keepsFactsEntry.description.id) {}

  open(prompt: RewardPrompt, { signal }: RewardOpenOptions = {}): Promise<RewardSession> {
    signal?.throwIfAborted();
    const draft = prompt.draft?.trim() ? prompt.draft : prompt.text;
    return Promise.resolve(new KeepsFactsSession(this.id, draft.slice(0, maxMeasuredLength)));
  }
}

class KeepsFactsSession implements RewardSession {
  readonly positions = 0;
  readonly #compare: ReturnType<typeof factComparer>;
  /** A response that ended and the same one cut off differ. */
  readonly #ended = new RecentTexts<FactComparison>(64);
  readonly #cut = new RecentTexts<FactComparison>(64);

  constructor(
    private readonly rewardId: string,
    draft: string,
  ) {
    this.#compare = factComparer(draft);
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const scores = responses.map((response) => {
      signal?.throwIfAborted();
      return shareKept(this.#comparison(response));
    });
    return requireFiniteScores(this.rewardId, scores, responses.length);
  }

  /** Numbers of facts. */
  parts(response: Response): Promise<Readonly<Record<string, number>>> {
    const { total, missing, changed, added } = this.#comparison(response);
    return Promise.resolve({
      facts: total,
      missing: missing.length,
      changed: changed.length,
      added: added.length,
    });
  }

  close(): void {
    // Nothing to release.
  }

  #comparison({ text, ended }: Response): FactComparison {
    const measured = text.slice(0, maxMeasuredLength);
    const cut = !ended || measured.length < text.length;
    return (cut ? this.#cut : this.#ended).getOrCompute(measured, () =>
      this.#compare(measured, { cut }),
    );
  }
}

function shareKept({ total, missing, changed, added }: FactComparison): number {
  const lost = missing.length + changed.length;
  const twice = 1 + 2 * Math.max(0, total - lost);
  return twice / (twice + lost + added.length + changed.length);
}
