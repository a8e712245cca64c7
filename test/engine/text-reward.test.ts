import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { TokenWriter } from '../../src/decoding/reward.ts';
import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import { Clamped } from '../../src/engine/reward/clamped.ts';
import { fixtures, openSession } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const name = 'mistral-window';
const padToken = 90;
const template =
  '{% for message in messages %}{{ "w1 " if message.role == "user" else "w2 " }}' +
  '{{ message.content }} w3 {% endfor %}{% if add_generation_prompt %}w2 {% endif %}';
const prompt = { text: 'w20 w21 w22 w23 w24 w25 w26 w27', tokens: [1] };
const otherTokens: TokenWriter = { vocabularyId: 'policy', chatTemplate: undefined };

describe('a reward model with other tokens than the policy', () => {
  let tiny: TinyModels;
  let tokenizer: TextTokenizer;
  let session: GraphSession;
  let reward: CausalReward;
  /** Takes the tokens it is given, from the first one on. */
  let byTokens: CausalReward;

  before(async () => {
    tiny = new TinyModels(name);
    tiny.addTokenizer(name);
    tiny.configure(name, { chat_template: template }, 'tokenizer_config.json');
    tiny.configure(name, { eos_token_id: 3 }, 'generation_config.json');
    tokenizer = await tokenizerFromFolder(tiny.folder(name));
    session = await openSession(join(fixtures, name), { head: 'score', format: 'int8' });
    reward = new CausalReward('text', session, undefined, 'own', { tokenizer, padToken });
    byTokens = new CausalReward('tokens', session, undefined, undefined, { padToken });
  });

  after(async () => {
    await session.dispose();
    tiny.remove();
  });

  const response = (text: string) => ({ text, tokens: [7], ended: true });

  /** The score of a conversation's tokens, with nothing cached. */
  async function expected(text: string, layout = `w1 ${prompt.text} w3 w2 ${text} w3`) {
    const [first, ...rest] = tokenizer.encode(layout);
    const opened = await byTokens.open({ text: '', tokens: [first!] });
    const [score] = await opened.score([{ text: '', tokens: rest, ended: true }]);
    opened.close();
    return score!;
  }

  it('reads the conversation in its own tokens and chat template', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens });
    const texts = ['w30 w31', 'w32', 'w30 w31 w33 w34'];
    const scores = await opened.score(texts.map(response));
    assert.deepEqual(scores, await Promise.all(texts.map((text) => expected(text))));
    opened.close();
  });

  it('reads an answer that was cut without what the template writes after it', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens });
    const scores = await opened.score([{ ...response('w30 w31'), ended: false }]);
    assert.deepEqual(scores, [await expected('', `w1 ${prompt.text} w3 w2 w30 w31`)]);
    opened.close();
  });

  it('reuses positions of a growing text and scores to the same bits', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens });
    let written = 'w30';
    let read = 0;
    for (let step = 0; step < 12; step++) {
      const texts = [40, 50, 60].map((word) => `${written} w${word + step} w${word - 3} w5`);
      const scores = await opened.score(texts.map(response));
      assert.deepEqual(scores, await Promise.all(texts.map((text) => expected(text))));
      read += texts.reduce((sum, text) => sum + text.split(' ').length + 11, 0);
      written = texts[step % 3]!.split(' ')
        .slice(0, step + 2)
        .join(' ');
    }
    assert.ok(3 * opened.positions <= read, `${opened.positions} of ${read}`);
    opened.close();
  });

  it('computes changed tokens again, as when a tokenizer joins words differently', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens });
    for (const text of ['w30 w31 w32', 'w30 w31 w33', 'w44', 'w30 w31 w33']) {
      assert.deepEqual(await opened.score([response(text)]), [await expected(text)]);
    }
    opened.close();
  });

  it('reuses nothing when it is not incremental', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens }, { incremental: false });
    await opened.score([response('w30')]);
    const before = opened.positions;
    await opened.score([response('w30')]);
    assert.equal(opened.positions, 2 * before);
    opened.close();
  });

  it('reads the score before the padding at the end of a text', async () => {
    const opened = await reward.open({ ...prompt, writer: otherTokens });
    const bare = new CausalReward('bare', session, undefined, 'own', {
      tokenizer: tokenizer.withChat({ template: '' }),
      padToken,
    });
    const plain = await bare.open({ ...prompt, text: 'w20 ', writer: otherTokens });
    // An answer that ended is closed with the end of a turn, which padding does not follow.
    const cut = (text: string) => ({ ...response(text), ended: false });
    const [padded] = await plain.score([cut(`w30 w${padToken} w${padToken}`)]);
    const [unpadded] = await plain.score([cut('w30')]);
    assert.equal(padded, unpadded);
    opened.close();
  });

  it('uses tokens of the policy if both share them, and the text for another template', async () => {
    const tokens = tokenizer.encode(`w1 ${prompt.text} w3 w2`);
    const answer = { text: 'w30', tokens: [30, 3], ended: true };
    const scoreFor = async (chatTemplate: string | undefined): Promise<number> => {
      const writer = { vocabularyId: 'own', chatTemplate };
      const opened = await reward.open({ text: prompt.text, tokens, writer });
      const [score] = await opened.score([
        { ...answer, text: chatTemplate === template ? '?' : 'w30' },
      ]);
      opened.close();
      return score!;
    };
    assert.equal(await scoreFor(template), await expected('w30'));
    assert.equal(await scoreFor('{{ messages }}'), await expected('w30'));
  });
});

describe('decoding towards a reward model with other tokens, both as int8', () => {
  const pairs = [
    ['gemma3-local-global', 'mistral-window'],
    ['gpt-neox-parallel', 'gemma3-linear'],
    ['qwen3-biases-yarn', 'gpt-neox-sequential'],
  ] as const;
  for (const [written, judged] of pairs) {
    it(`${written} towards ${judged} writes what exhaustive decoding writes`, async () => {
      const tiny = new TinyModels(judged);
      tiny.addTokenizer(judged);
      tiny.configure(judged, { chat_template: template }, 'tokenizer_config.json');
      const tokenizer = await tokenizerFromFolder(tiny.folder(judged));
      const format = 'int8';
      const policySession = await openSession(join(fixtures, written), { format });
      const policy = new DecoderPolicy('tiny', policySession, new Set([2]), 'policy');
      const session = await openSession(join(fixtures, judged), { format, head: 'score' });
      const reward = new CausalReward('judge', session, undefined, 'own', { tokenizer });
      const tokens = Array.from({ length: 20 }, (_, i) => 4 + ((31 * i) % 90));
      const write = async (exhaustive: boolean) => {
        const { result } = await collect(
          generate({
            prompt: { text: 'w20 w21', tokens, writer: otherTokens },
            options: {
              method: 'tq',
              k: 5,
              rollout: 5,
              maxTokens: 14,
              alpha: 1,
              exhaustive,
            },
            policies: { reference: policy, baseline: policy },
            rewards: { target: new Clamped(reward, [-2, 2]) },
            // No word of this tokenizer has the last id, which ends a text.
            decode: (ids) => ids.map((id) => `w${(id + 40) % 95}`).join(' '),
          }),
        );
        return result;
      };
      const [lazy, full] = [await write(false), await write(true)];
      assert.deepEqual(lazy.ids, full.ids);
      assert.equal(lazy.reward, full.reward);
      assert.ok(lazy.stats.rewardPositions < full.stats.rewardPositions);
      await policy.dispose();
      await session.dispose();
      tiny.remove();
    });
  }
});
