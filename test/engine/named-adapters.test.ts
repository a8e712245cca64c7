import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRequest, type LoadedRequest } from '../../src/engine/requests/load-request.ts';
import { runGeneration } from '../../src/engine/requests/write-texts.ts';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { RewardLibrary } from '../../src/engine/library/reward-library.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import type { DoneEvent, EngineEvent } from '../../src/protocol/events.ts';
import {
  generationOptionsSchema,
  promptSchema,
  type GenerationOptionsInput,
} from '../../src/protocol/options.ts';
import { TinyModels } from './tiny-models.ts';

const never = new AbortController().signal;
const prompt = promptSchema.parse({ text: 'w5 w9 w33 w70', raw: true });

describe('shipped adapters', () => {
  let tiny: TinyModels;
  let models: ModelLibrary;
  let rewards: RewardLibrary;
  let events: EngineEvent[];

  before(() => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-reward');
    tiny.addTokenizer('llama-grouped');
    const entry = (folder: string, facts: object): object => ({
      title: folder,
      licence: 'Apache-2.0',
      source: 'made for this test',
      files: readdirSync(tiny.folder(folder)).map((name) => {
        const content = readFileSync(join(tiny.folder(folder), name));
        const sha256 = createHash('sha256').update(content).digest('hex');
        return { path: `${folder}/${name}`, size: content.length, sha256 };
      }),
      ...facts,
    });
    const base = 'tiny';
    const manifest = [
      entry('llama-grouped', { id: base, kind: 'language-model' }),
      entry('lora-reward', {
        ...{ id: 'judge', kind: 'causal-reward', base, range: [-1, 1], favours: 'good words' },
      }),
      entry('lora-policy', {
        ...{ id: 'tuned', kind: 'policy-adapter', base, baselineReward: 'judge', beta: 0.2 },
      }),
    ];
    tiny.write('manifest.json', JSON.stringify({ models: manifest }));
    const locations = {
      models: tiny.path,
      cache: tiny.folder('cache'),
      store: tiny.folder('store'),
    };
    models = new ModelLibrary(locations);
    rewards = new RewardLibrary(locations, models);
  });

  beforeEach(() => {
    events = [];
  });

  after(async () => {
    await models.unload();
    tiny.remove();
  });

  const options = (changes: GenerationOptionsInput) =>
    generationOptionsSchema.parse({
      ...{ policy: 'tiny', format: 'fp32', device: 'cpu', k: 3, rollout: 3, maxTokens: 4 },
      ...changes,
    });

  function load(changes: GenerationOptionsInput): Promise<LoadedRequest> {
    const emit = (event: EngineEvent): void => void events.push(event);
    return loadRequest({ models, rewards }, prompt, options(changes), emit, never);
  }

  async function write(changes: GenerationOptionsInput): Promise<DoneEvent> {
    const cast = await load(changes);
    return runGeneration(cast, prompt, options(changes), () => undefined, never);
  }

  const notes = (): string[] => events.flatMap((e) => (e.type === 'note' ? [e.text] : []));

  it('are listed, rewards with what they favour and policies with their alignment', async () => {
    const judge = (await rewards.list()).find(({ id }) => id === 'judge')!;
    assert.deepEqual(judge.range, [-1, 1]);
    assert.equal(judge.favours, 'good words');
    assert.ok(judge.bytes! > 1000);
    assert.equal((await rewards.list()).find(({ id }) => id === 'length')!.bytes, null);
    const alignments = (await models.list()).map(({ id, alignment }) => [id, alignment]);
    assert.deepEqual(Object.fromEntries(alignments), {
      tiny: null,
      judge: null,
      tuned: { reward: 'judge', beta: 0.2 },
    });
  });

  it('serve as rewards by id, in expressions and in definitions, clamped to their range', async () => {
    const definition = { id: 'x', type: 'sum', parts: [{ reward: 'judge', weight: 2 }] };
    tiny.write('sum.json', JSON.stringify(definition));
    const cases = [
      ['judge', [-1, 1]],
      ['judge*0.5+length:words=4', [-0.5, 1.5]],
      [definition, [-2, 2]],
      [tiny.folder('sum.json'), [-2, 2]],
    ] as const;
    for (const [reward, [low, high]] of cases) {
      const cast = await load({ reward });
      assert.deepEqual(cast.target!.range, [low, high]);
      const done = await write({ reward });
      assert.ok(done.reward! >= low && done.reward! <= high);
      assert.ok(done.stats.rewardPositions > 0);
    }
    assert.equal((await models.list()).filter(({ loaded }) => loaded).length, 2);
  });

  it('share one model in memory if reference and baseline policy are the same', async () => {
    const cast = await load({ baseline: 'tiny', reward: 'judge' });
    assert.equal(cast.reference.policy, cast.baseline.policy);
    assert.match(
      notes().join('\n'),
      /^Controlled decoding \(cd\): tq with .* transfers nothing\./u,
    );
  });

  it('transfer directly to the reward they were aligned to, and say so', async () => {
    const direct = { baseline: 'tuned', reward: 'judge' };
    assert.deepEqual((await load(direct)).transfer, { method: 'tq', beta: 0.2 });
    assert.deepEqual(notes(), [
      'Direct transfer (tq): the baseline policy tuned was aligned to judge (beta 0.2), which is the target reward.',
    ]);
    const { method, transfer } = (await write(direct)).stats;
    assert.deepEqual([method, transfer], ['tq', 'direct']);
    assert.deepEqual((await write(direct)).ids, (await write({ ...direct, method: 'tq' })).ids);
  });

  it('transfer indirectly to another reward, with their own beta', async () => {
    const other = { baseline: 'tuned', reward: 'length:words=4' };
    assert.deepEqual((await load(other)).transfer, { method: 'tq-indirect', beta: 0.2 });
    assert.match(
      notes()[0]!,
      /^Indirect transfer \(tq-indirect\): .* judge \(beta 0\.2\), not to/u,
    );
    assert.match(notes()[0]!, /The reference policy of \(17\) is derived from rho_r\.$/u);
    assert.match(
      notes()[1]!,
      /^DPO's implicit reward has no range, so no candidate can be pruned;/u,
    );
    const { transfer, indirectReference, rolloutLaw, boundsUsed } = (await write(other)).stats;
    assert.deepEqual(
      [transfer, indirectReference, rolloutLaw, boundsUsed],
      ['indirect', 'derived', 'independent', false],
    );
    events = [];
    await load({ ...other, indirectReference: 'baseline' });
    assert.equal(notes().length, 1);
    assert.match(notes()[0]!, /The reference policy of \(17\) is pi_BL\.$/u);
    const indirect = { ...other, method: 'tq-indirect', beta: 0.2 } as const;
    assert.deepEqual((await write(other)).ids, (await write(indirect)).ids);
  });

  it('transfer as requested, and suggest the other method', async () => {
    const asked = { baseline: 'tuned', reward: 'length:words=4', method: 'tq', beta: 3 } as const;
    assert.deepEqual((await load(asked)).transfer, { method: 'tq', beta: 3 });
    assert.match(notes()[0]!, /as requested: .*; tq-indirect would correct for that\.$/u);
    events = [];
    await load({ ...asked, reward: 'judge', method: 'tq-indirect' });
    assert.match(
      notes()[0]!,
      /as requested: .*; tq would transfer directly\. .*derived from rho_r\.$/u,
    );
    events = [];
    await load({ ...asked, method: 'dpo' });
    assert.deepEqual(notes(), []);
  });

  it('are refused in roles they cannot have', async () => {
    await assert.rejects(load({ baseline: 'judge', reward: 'length' }), {
      code: ErrorCode.badModel,
      message: /judge is a reward model and cannot be used as a policy/u,
    });
    await assert.rejects(load({ reward: 'tuned' }), { code: ErrorCode.unknownId });
    await assert.rejects(load({ policy: 'nothing', reward: 'length' }), {
      code: ErrorCode.unknownId,
      message: /the models are tiny, tuned, or/u,
    });
  });
});
