import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { fixtures, openSession } from './compiled.ts';

const folder = join(fixtures, 'mistral-window');
/** Rows of its embedding. */
const rows = 96;

/** Matches the error for a text that holds a token without a row. */
function refuses(message: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof TqError && error.code === ErrorCode.invalidInput && error.message === message;
}

describe('a token that a model does not have', () => {
  let session: GraphSession;

  afterEach(() => session.dispose());

  it('is refused in a prompt', async () => {
    session = await openSession(folder);
    const policy = new DecoderPolicy('tiny', session, new Set([2]), 'tiny');
    await assert.rejects(
      policy.open([5, rows]),
      refuses(`Token id ${rows} is not in the vocabulary; ids are 0 to ${rows - 1}.`),
    );
  });

  it('is refused where another policy, which has it, wrote it', async () => {
    session = await openSession(folder);
    const policy = new DecoderPolicy('tiny', session, new Set([2]), 'tiny');
    const sequence = await policy.open([5, 6]);
    const refusal = refuses(
      `The text contains token ${rows}, but a model that reads it has only ${rows} tokens.`,
    );
    await assert.rejects(sequence.score([[7, rows]], { reuse: false }), refusal);
    await sequence.commit(rows - 1);
    await sequence.next(3);
    await sequence.commit(rows);
    await assert.rejects(sequence.next(3), refusal);
    sequence.close();
  });

  it('is refused by a reward, which is named', async () => {
    session = await openSession(folder, { head: 'score' });
    const reward = new CausalReward('judge', session, undefined);
    const opened = await reward.open({ text: '', tokens: [5, 6] });
    await assert.rejects(
      opened.score([{ text: '', tokens: [7, rows], ended: false }]),
      refuses(`The reward judge has ${rows} tokens, but the text contains token ${rows}.`),
    );
    opened.close();
  });
});
