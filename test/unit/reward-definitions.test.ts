import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reward } from '../../src/decoding/reward.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { fixturesContext as context, rejection, scoreOf } from './reward-support.ts';

const { modelsFolder } = context;

describe('making a reward from a definition', function () {
  this.timeout(30_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rewards-'));
  });
  after(() => rm(folder, { recursive: true }));
  const file = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('makes a sum with an id, nested rewards, clamps and normalisation', async () => {
    const reward = await createReward(
      {
        id: 'mine',
        type: 'sum',
        normalise: true,
        parts: [
          { reward: 'length:words=2', weight: 2, clamp: [0, 0.5] },
          { reward: { id: 'terms', type: 'style-guide', avoid: ['simply'] }, weight: 1 },
        ],
        clamp: [0, 2.5],
      },
      context,
    );
    assert.equal(reward.id, 'mine');
    assert.deepEqual(reward.range, [0, 2.5]);
    assert.equal(await scoreOf(reward, 'one two'), 2.5);
    assert.equal(await scoreOf(reward, 'simply two'), 2.5);
    assert.equal(await scoreOf(reward, 'simply'), 2.5);
    assert.equal(await scoreOf(reward, ''), 1);
  });

  it('makes a classifier with a label by name or index', async () => {
    const make = (label: unknown): Promise<Reward> =>
      createReward({ id: 'mood', type: 'classifier', path: 'classifier', label }, context);
    assert.equal(
      await scoreOf(await make(1), 'furious'),
      await scoreOf(await make('anger'), 'furious'),
    );
    assert.equal((await make(0)).id, 'mood');
  });

  it('reads a .json file and resolves its paths from its folder', async () => {
    await file('guide.json', { prefer: [{ instead: 'e-mail', use: 'email' }] });
    const path = await file('mine+1.json', {
      id: 'mine',
      type: 'sum',
      parts: [{ reward: 'style-guide:file=guide.json', weight: 1 }],
    });
    const reward = await createReward(path, { modelsFolder });
    assert.equal(await scoreOf(reward, 'Send an e-mail.'), 0.5);
    const weighted = await createReward(`"${path}"*2`, { modelsFolder });
    assert.equal(await scoreOf(weighted, 'Send an email.'), 2);
  });

  it('refuses a wrong file and names the file and the fault', async () => {
    const part = { reward: 'length', weight: 1 };
    const cases: readonly (readonly [content: unknown, fault: RegExp])[] = [
      ['{"id": ', /not valid JSON/u],
      ['', /not valid JSON/u],
      [[], /./u],
      [{ id: 'x', type: 'product', parts: [part] }, /type/u],
      [{ id: 'x', type: 'sum', parts: [] }, /parts/u],
      [{ id: 'x', type: 'sum', parts: [{ reward: 'length' }] }, /parts\.0\.weight/u],
      [{ id: 'x', type: 'sum', parts: [part], normalize: true }, /normalize/u],
      [{ id: 'x', type: 'sum', parts: [{ ...part, clamp: [1, 0] }] }, /clamp/u],
      [{ id: '', type: 'sum', parts: [part] }, /id/u],
      [' '.repeat(1_000_001), /at most 1000000/u],
    ];
    for (const [content, fault] of cases) {
      const path = await file('bad.json', content);
      const message = await rejection(path, ErrorCode.invalidInput);
      assert.ok(message.includes(path), message);
      assert.match(message, fault);
    }
    assert.match(
      await rejection(join(folder, 'missing.json'), ErrorCode.invalidInput),
      /missing\.json' cannot be used: it does not exist/u,
    );
  });

  it('refuses a wrong object or value and names the fault', async () => {
    assert.match(
      await rejection(
        { id: 'x', type: 'sum', parts: [{ reward: 'length', weight: '1' }] },
        ErrorCode.invalidInput,
      ),
      /parts\.0\.weight/u,
    );
    for (const spec of [undefined, null, 3, [], {}]) await rejection(spec, ErrorCode.invalidInput);
  });

  it('refuses a definition that names itself', async () => {
    const path = await file('loop.json', {
      id: 'loop',
      type: 'sum',
      parts: [{ reward: './loop.json', weight: 1 }],
    });
    assert.match(await rejection(path, ErrorCode.invalidInput), /names? itself/u);
  });

  it('refuses a wrong style guide and names the fault', async () => {
    const cases: readonly (readonly [content: unknown, fault: RegExp])[] = [
      ['nonsense', /not valid JSON/u],
      [{ avoid: 'simply' }, /avoid/u],
      [{ avoid: [' '] }, /avoid\.0/u],
      [{ prefer: [{ instead: 'a' }] }, /prefer\.0\.use/u],
      [{ forbid: ['a'] }, /forbid/u],
    ];
    for (const [content, fault] of cases) {
      const path = await file('guide.json', content);
      assert.match(await rejection(`style-guide:file="${path}"`, ErrorCode.invalidInput), fault);
    }
  });
});
