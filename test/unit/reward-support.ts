import assert from 'node:assert/strict';
import { join } from 'node:path';
import type {
  Range,
  Response,
  Reward,
  RewardPrompt,
  RewardSession,
} from '../../src/decoding/reward.ts';
import {
  createReward,
  type RewardContext,
} from '../../src/engine/reward/catalogue/create-reward.ts';
import { TqError } from '../../src/protocol/errors.ts';

/** A response with a text; its tokens do not matter. */
export function response(text: string): Response {
  return { text, tokens: [], ended: true };
}

/** A prompt with a text; its tokens do not matter. */
export function prompt(text: string, draft?: string): RewardPrompt {
  return { text, tokens: [], draft };
}

/** Scores of texts, for a prompt that most rewards ignore. */
export async function scoresOf(
  reward: Reward,
  texts: readonly string[],
  asked: RewardPrompt = prompt('Write a short message.'),
): Promise<number[]> {
  const session = await reward.open(asked);
  try {
    return await session.score(texts.map(response));
  } finally {
    session.close();
  }
}

export async function scoreOf(reward: Reward, text: string, asked?: RewardPrompt): Promise<number> {
  const [score] = await scoresOf(reward, [text], asked);
  return score!;
}

/** Asserts that the first text of each pair scores higher than the second, by a margin. */
export async function assertPrefers(
  reward: Reward,
  pairs: readonly (readonly [better: string, worse: string])[],
  margin = 0.1,
): Promise<void> {
  for (const [better, worse] of pairs) {
    const [high, low] = await scoresOf(reward, [better, worse]);
    assert.ok(high! > low! + margin, `${high} is not well above ${low} for: ${better} | ${worse}`);
  }
}

/** Records the calls of a session. */
export interface SessionLog {
  readonly committed: number[];
  closed: number;
}

/** A reward that scores with a given function, and a log of its sessions. */
export function stubReward(
  id: string,
  range: Range | undefined,
  score: (text: string) => number,
): Reward & { readonly log: SessionLog } {
  const log: SessionLog = { committed: [], closed: 0 };
  const session: RewardSession = {
    positions: 3,
    score: async (responses) => responses.map(({ text }) => score(text)),
    commit: async (token) => {
      log.committed.push(token);
    },
    close: () => {
      log.closed += 1;
    },
  };
  return { id, range, log, open: async () => session };
}

/** Where the tests make rewards: paths start at the fixtures. */
export const fixturesContext = {
  modelsFolder: join(import.meta.dirname, '../../models'),
  baseFolder: join(import.meta.dirname, '../fixtures'),
};

/** Awaits the rejection of a spec and returns its message, after checking its code. */
export async function rejection(
  spec: unknown,
  code: number,
  context: RewardContext = fixturesContext,
): Promise<string> {
  const failure = await createReward(spec, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(
    failure instanceof TqError,
    `no TqError for ${JSON.stringify(spec)}: ${String(failure)}`,
  );
  assert.equal(failure.code, code, failure.message);
  return failure.message;
}
