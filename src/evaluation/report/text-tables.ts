import {
  divergence,
  divergenceBounds,
  divergenceNote,
  referenceLogProb,
} from '../metrics/divergence.ts';
import { mean, type Bootstrap, type Estimate } from '../metrics/interval.ts';
import { perPrompt, type Measured } from '../metrics/measure.ts';
import { endedByItself, type Response } from '../run/response.ts';
import { methodTraits } from '../suites/methods.ts';
import type { SetupResult } from './analysis.ts';
import { percent, share, type Cell, type Table } from './table.ts';

/** Diversity, coherence, repetition, length and divergence (figure 3). */
export function qualityTable(results: readonly SetupResult[], embedding: string): Table {
  return {
    id: 'quality',
    title: 'Diversity, coherence, divergence',
    notes: [
      `Coherence: cosine of the sentence embeddings of prompt and response by ${embedding}. Diversity: product of 1 - rep-n/100 for n = 2 to 4, over words and punctuation marks.`,
      ...coherenceNotes(results, embedding),
      divergenceNote,
      'log pi_SFT: mean over responses of log pi_SFT(y|x), the log-probability of the text under the reference policy, in nats; it needs no definition of the policy that wrote the text.',
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'Diversity', digits: 3 },
      { name: 'Coherence', digits: 3 },
      { name: 'rep-2', digits: 1 },
      { name: 'rep-3', digits: 1 },
      { name: 'rep-4', digits: 1 },
      { name: 'Tokens', digits: 1 },
      { name: 'Words', digits: 1 },
      { name: 'Ended by itself' },
      { name: 'KL', digits: 2 },
      { name: 'KL bounds' },
      { name: 'Exact share' },
      { name: 'log pi_SFT', digits: 1 },
    ],
    rows: results.flatMap(({ setup, main, bootstrap }) =>
      main.map((each): Cell[] => {
        const { responses, words } = each;
        return [
          setup.id,
          each.variant.method,
          ...qualities(each, bootstrap),
          ...[0, 1, 2].map((n) => mean(each.repetitions.map(({ rep }) => rep[n]!))),
          bootstrap.mean(
            perPrompt(
              responses.map(({ tokens }) => tokens),
              words.length,
            ),
          ),
          mean(words),
          share(responses, endedByItself),
          divergence(each, bootstrap),
          divergenceBounds(each),
          share(responses, ({ kl }) => kl?.kind === 'exact'),
          referenceLogProb(each, bootstrap),
        ];
      }),
    ),
  };
}

/** Every alpha and k: the data of figure 8 and of the reward-KL frontier. */
export function ablationTable(results: readonly SetupResult[]): Table {
  const rows = results.flatMap((result) => pointsOf(result).map((each) => ({ ...result, each })));
  const alphas = rows.map(({ each }) => each.variant.alpha ?? 0);
  return {
    id: 'ablation',
    title: 'Reward, divergence and cost for each k, alpha and N',
    notes: [
      'The same prompts for every k, alpha and N; methods without them are there for comparison.',
      divergenceNote,
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'k', digits: 0 },
      { name: 'alpha', digits: Math.max(...alphas.map(digitsOf)) },
      { name: 'N', digits: 0 },
      { name: 'Reward', digits: 3 },
      { name: 'Diversity', digits: 3 },
      { name: 'Coherence', digits: 3 },
      { name: 'KL', digits: 2 },
      { name: 'KL bounds' },
      { name: 'Policy positions a token', digits: 1 },
    ],
    rows: rows.map(({ setup, bootstrap, each }): Cell[] => [
      setup.id,
      each.variant.method,
      each.variant.k,
      each.variant.alpha,
      each.variant.bestOf,
      bootstrap.mean(each.rewards),
      ...qualities(each, bootstrap),
      divergence(each, bootstrap),
      divergenceBounds(each),
      positionsPerToken(each),
    ]),
  };
}

/** Every variant of a setup once: the ablation, the other methods, the smaller N. */
function pointsOf({ ablation, main, bestOf }: SetupResult): Measured[] {
  return [...new Set([...ablation, ...main, ...bestOf])];
}

/** Decimal places that show a number exactly. */
function digitsOf(value: number): number {
  let digits = 0;
  while (digits < 20 && Number(value.toFixed(digits)) !== value) digits++;
  return digits;
}

/** Cost of each method in counts, which do not depend on the machine's load. */
export function costTable(results: readonly SetupResult[]): Table {
  return {
    id: 'cost',
    title: 'Cost',
    notes: [
      'Counts per written token. Positions: tokens read by the policies and by reward models, including prompts; a reward does not read cached embeddings again. Policy positions of dpo, args-dpo, dt, tq and tq-indirect include one reading of the text by the reference policy, which only the KL needs. In full: the positions of Algorithm 1 without shortcuts.',
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'Tokens', digits: 0 },
      { name: 'Policy positions', digits: 1 },
      { name: 'In full', digits: 1 },
      { name: 'Reward positions', digits: 1 },
      { name: 'Rollout tokens', digits: 1 },
      { name: 'Candidates valued', digits: 2 },
      { name: 'Steps without reward' },
    ],
    rows: results.flatMap(({ setup, main }) =>
      main.map((each): Cell[] => {
        const total = (name: keyof (typeof each.responses)[number]['stats']): number =>
          each.responses.reduce((sum, { stats }) => sum + Number(stats[name]), 0);
        const tokens = total('steps');
        return [
          setup.id,
          each.variant.method,
          tokens,
          positionsPerToken(each),
          inFullPerToken(each),
          total('rewardPositions') / tokens,
          total('rolloutTokens') / tokens,
          total('candidatesEvaluated') / tokens,
          percent(total('skippedSteps') / tokens),
        ];
      }),
    ),
  };
}

/** Times: the only table that differs between two runs with the same settings. */
export function timeTable(results: readonly SetupResult[]): Table {
  return {
    id: 'times',
    title: 'Time',
    notes: [
      'Milliseconds per token on this machine, which may have run other programs; for comparisons use the counts or npm run bench.',
    ],
    columns: [{ name: 'Setup' }, { name: 'Method' }, { name: 'ms a token', digits: 0 }],
    rows: results.flatMap(({ setup, main }) =>
      main.map((each): Cell[] => {
        const ms = each.responses.reduce((sum, { stats }) => sum + stats.wallMs, 0);
        return [setup.id, each.variant.method, ms / tokensOf(each)];
      }),
    ),
  };
}

/**
 * Policy positions per token. Counts the prompt even if the previous method left it in the cache,
 * so a method's cost does not depend on its place in the list.
 */
export function positionsPerToken(each: Measured): number {
  return perToken(each, ({ policyPositions, takenOver }) => policyPositions + takenOver);
}

/** Policy positions per token of Algorithm 1 in full; equal for methods without shortcuts. */
function inFullPerToken(each: Measured): number {
  const counted = methodTraits[each.variant.method].kind;
  return counted === 'valued' || counted === 'rollouts'
    ? perToken(each, ({ exhaustivePositions }) => exhaustivePositions)
    : positionsPerToken(each);
}

function perToken(
  each: Measured,
  count: (stats: Response['stats'] & { readonly takenOver: number }) => number,
): number {
  const total = each.responses.reduce((sum, { stats }) => {
    const takenOver = Number(stats['takenOverPositions'] ?? 0);
    return sum + count({ ...stats, takenOver });
  }, 0);
  return total / tokensOf(each);
}

/** Names the setups whose rewards read the embedding that would measure coherence. */
function coherenceNotes(results: readonly SetupResult[], embedding: string): string[] {
  const without = results.filter(({ main }) => main.some(({ coherences }) => coherences === null));
  if (without.length === 0) return [];
  const ids = without.map(({ setup }) => setup.id).join(', ');
  return [
    `Coherence is not claimed for ${ids}: a reward of each of these setups reads ${embedding} itself. Another model (--embedding) can measure it.`,
  ];
}

function qualities(
  { repetitions, coherences }: Measured,
  bootstrap: Bootstrap,
): (Estimate | null)[] {
  return [
    bootstrap.mean(repetitions.map(({ diversity }) => diversity)),
    coherences && bootstrap.mean(coherences),
  ];
}

function tokensOf({ responses }: Measured): number {
  return responses.reduce((sum, { stats }) => sum + stats.steps, 0);
}
