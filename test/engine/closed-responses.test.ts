import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { RewardPrompt } from '../../src/decoding/reward.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { responseTokens } from '../../src/engine/requests/prompts.ts';
import { responseOf } from '../../src/engine/requests/scoring.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { fixtures, openSession } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const name = 'mistral-window';
// Without a template, the answer follows at once.
const text = 'w20 w21 w22 w23 ';
const ownEnd = 95;
const template =
  '{% for message in messages %}{{ "w1 " if message.role == "user" else "w2 " }}' +
  '{{ message.content }} w3 {% endfor %}{% if add_generation_prompt %}w2 {% endif %}';

describe('a response that ended', () => {
  let tiny: TinyModels;
  let policySession: GraphSession;
  let rewardSession: GraphSession;
  /** What the policy writes if nothing ends its text. */
  let written: readonly number[];

  before(async () => {
    tiny = new TinyModels(name);
    tiny.addTokenizer(name);
    policySession = await openSession(join(fixtures, name), { format: 'int8' });
    rewardSession = await openSession(join(fixtures, name), { format: 'int8', head: 'score' });
    const tokenizer = await tokenizerWith([]);
    written = (await write(tokenizer, [], 'sft', reward(tokenizer, 'own'))).ids;
  });

  after(async () => {
    await policySession.dispose();
    await rewardSession.dispose();
    tiny.remove();
  });

  function tokenizerWith(ends: readonly number[], chatTemplate?: string): Promise<TextTokenizer> {
    tiny.configure(name, { eos_token_id: ends }, 'generation_config.json');
    tiny.configure(name, { chat_template: chatTemplate ?? null }, 'tokenizer_config.json');
    return tokenizerFromFolder(tiny.folder(name));
  }

  const reward = (tokenizer: TextTokenizer, vocabularyId: string): CausalReward =>
    new CausalReward('reward', rewardSession, undefined, vocabularyId, { tokenizer });

  function promptFor(tokenizer: TextTokenizer): RewardPrompt {
    const { chatTemplate, turnEnd } = tokenizer;
    const writer = { vocabularyId: 'own', chatTemplate, turnEnd };
    return { text, tokens: tokenizer.encode(text), writer };
  }

  async function write(
    tokenizer: TextTokenizer,
    ends: readonly number[],
    method: DecodingOptionsInput['method'],
    target: CausalReward,
  ) {
    const policy = new DecoderPolicy('tiny', policySession, new Set(ends), 'own');
    const { result } = await collect(
      generate({
        prompt: promptFor(tokenizer),
        options: { method, k: 4, maxTokens: 16, alpha: 1000 },
        policies: { reference: policy, baseline: policy },
        rewards: { target },
        decode: (ids) => tokenizer.decode(ids, { skipSpecial: true }),
        encode: (words) => responseTokens(tokenizer, words),
      }),
    );
    return result;
  }

  async function score(tokenizer: TextTokenizer, words: string, target: CausalReward) {
    const opened = await target.open(promptFor(tokenizer), { incremental: false });
    const [found] = await opened.score([responseOf({ text: words, ended: true }, tokenizer)]);
    opened.close();
    return found!;
  }

  for (const chatTemplate of [undefined, template]) {
    for (const vocabularyId of ['own', 'other']) {
      const kind = `${chatTemplate ? 'with a template' : 'without a template'}, ${vocabularyId === 'own' ? "the policy's" : 'other'} tokens`;

      it(`has the reward that score gives its text, whichever token ended it (${kind})`, async () => {
        const candidates = [...new Set(written)].filter((token) => written.indexOf(token) > 1);
        assert.ok(candidates.length >= 3);
        for (const end of candidates.slice(0, 4)) {
          for (const ends of [
            [end, ownEnd, 3],
            [ownEnd, 3, end],
          ]) {
            const tokenizer = await tokenizerWith(ends, chatTemplate);
            const target = reward(tokenizer, vocabularyId);
            for (const method of ['sft', 'args'] as const) {
              const result = await write(tokenizer, ends, method, target);
              assert.equal(result.stop, 'eos');
              assert.equal(result.ids.at(-1), end);
              assert.equal(result.reward, await score(tokenizer, result.text, target));
            }
          }
        }
      });

      it(`has a reward that differs from that of a text that was cut (${kind})`, async () => {
        const tokenizer = await tokenizerWith([ownEnd, 3], chatTemplate);
        const opened = await reward(tokenizer, vocabularyId).open(promptFor(tokenizer));
        const [ended, cut] = await opened.score(
          [true, false].map((by) => responseOf({ text: 'w30 w31', ended: by }, tokenizer)),
        );
        assert.notEqual(ended, cut);
        opened.close();
      });
    }
  }

  it('ends at what config.json declares for the whole model and for its text part', async () => {
    tiny.configure(name, { eos_token_id: null }, 'generation_config.json');
    tiny.configure(name, { eos_token_id: [4, 96, -1], text_config: { eos_token_id: 5 } });
    const model = await openModel(tiny.folder(name));
    await model.close();
    assert.deepEqual([...(await model.tokenizer()).endTokens], [5, 4, ownEnd]);
    tiny.configure(name, { eos_token_id: 'w4' });
    await assert.rejects(openModel(tiny.folder(name)), /eos_token_id.*a list of token ids/);
  });

  it('has one reward, whichever of the ends stands there', async () => {
    const ends = [7, 8, ownEnd, 3];
    const tokenizer = await tokenizerWith(ends, template);
    const opened = await reward(tokenizer, 'own').open(promptFor(tokenizer));
    const scores = await opened.score(
      ends.map((end) => ({ text: 'w30', tokens: [30, end], ended: true })),
    );
    opened.close();
    assert.deepEqual(new Set(scores).size, 1);
    assert.equal(scores[0], await score(tokenizer, 'w30', reward(tokenizer, 'own')));
  });
});
