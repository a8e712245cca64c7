import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Reward } from '../../src/decoding/reward.ts';
import { catalogue } from '../../src/engine/reward/catalogue/catalogue.ts';
import {
  type RewardContext,
  createReward,
} from '../../src/engine/reward/catalogue/create-reward.ts';
import { parseRewardExpression } from '../../src/engine/reward/catalogue/reward-expression.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { fixturesContext as context, rejection, scoreOf, stubReward } from './reward-support.ts';

const rewardDescriptions = catalogue.map(({ description }) => description);
const { modelsFolder, baseFolder: fixtures } = context;

describe('making a reward from its name', function () {
  this.timeout(30_000);

  it('makes every reward of the catalogue with the range of its description', async () => {
    const parameters: Readonly<Record<string, string>> = {
      'style-guide': ':file=guide.json',
      classifier: ':path=classifier,label=joy',
    };
    const folder = await mkdtemp(join(tmpdir(), 'rewards-'));
    await writeFile(join(folder, 'guide.json'), '{"avoid": ["simply"]}');
    // Scripts run in their own process, which test/engine/script-reward.test.ts covers.
    for (const { id, range } of rewardDescriptions.filter((each) => each.id !== 'script')) {
      const spec = id + (parameters[id] ?? '');
      const baseFolder = id === 'style-guide' ? folder : fixtures;
      const reward = await createReward(spec, { modelsFolder, baseFolder });
      assert.equal(reward.id, spec);
      assert.deepEqual(reward.range, range);
    }
    await rm(folder, { recursive: true });
  });

  it('passes parameters to the reward', async () => {
    const reward = await createReward('length:words=4', context);
    assert.equal(await scoreOf(reward, 'one two three four'), 1);
    const label = await createReward('classifier:path="classifier", label=anger', context);
    assert.ok((await scoreOf(label, 'furious')) > 0.9);
  });

  it('makes a weighted sum of an expression', async () => {
    const reward = await createReward('length:words=2*0.5 + length:words=4 * -1', context);
    assert.deepEqual(reward.range, [-1, 0.5]);
    assert.equal(await scoreOf(reward, 'one two'), 0.5 - 0.5);
    const half = await createReward('length:words=2*0.5', context);
    assert.equal(await scoreOf(half, 'one two'), 0.5);
  });

  it('lists the rewards for an unknown id', async () => {
    const message = await rejection('readabilty', ErrorCode.unknownId);
    assert.match(message, /'readabilty'/u);
    for (const { id } of rewardDescriptions) assert.ok(message.includes(id));
    await rejection('readability+nonsense*2', ErrorCode.unknownId);
    await rejection('constructor', ErrorCode.unknownId);
  });

  it('lists the parameters of a reward for an unknown parameter', async () => {
    const message = await rejection('readability:level=6', ErrorCode.invalidInput);
    assert.match(message, /'readability' has no parameter 'level'; it has grade/u);
    assert.match(
      await rejection('formality:grade=6', ErrorCode.invalidInput),
      /'formality' takes no parameters/u,
    );
  });

  it('says what a parameter accepts when its value is wrong or missing', async () => {
    for (const grade of ['0', '19', 'x', '', '-3', 'Infinity', '0x8', '1e1']) {
      assert.match(
        await rejection(`readability:grade=${grade}`, ErrorCode.invalidInput),
        /grade='.*'; it must be a school grade from 1 to 18/u,
      );
    }
    await rejection('length:words=2.5', ErrorCode.invalidInput);
    assert.match(
      await rejection('style-guide', ErrorCode.invalidInput),
      /'style-guide' needs the parameter file/u,
    );
  });

  it('names the part of an expression that cannot be parsed', async () => {
    const cases = [
      ['', "''"],
      ['readability+', "''"],
      ['readability*', "weight ''"],
      ['readability*much', "weight 'much'"],
      ['readability*1*2', 'one weight'],
      ['readability:6', "'6' is not a parameter"],
      ['readability:grade=6,grade=7', "'grade' is given twice"],
      ['style-guide:file="a', 'quote is not closed'],
    ] as const;
    for (const [spec, reason] of cases) {
      const message = await rejection(spec, ErrorCode.invalidInput);
      assert.ok(message.includes(reason), message);
    }
  });

  it('parses any text as an expression or refuses it with one clear error', () => {
    const pieces = fc.constantFrom(
      'a',
      '"',
      '+',
      '*',
      ':',
      '=',
      ',',
      '-',
      '0.5',
      '/',
      '\\',
      ' ',
      '.json',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
        (text) => {
          try {
            for (const { weight } of parseRewardExpression(text))
              assert.ok(Number.isFinite(weight));
          } catch (error) {
            assert.ok(
              error instanceof TqError && error.code === ErrorCode.invalidInput,
              String(error),
            );
          }
        },
      ),
    );
  });

  it('parses quoted paths with operators, and Windows paths', () => {
    const [quoted, drive, relative] = parseRewardExpression(
      '"c++/my model"*2 + C:\\models\\judge + style-guide:file="a,b*c.json"',
    );
    assert.deepEqual([quoted!.name, quoted!.weight], ['c++/my model', 2]);
    assert.deepEqual([drive!.name, drive!.parameters], ['C:\\models\\judge', {}]);
    assert.deepEqual(relative!.parameters, { file: 'a,b*c.json' });
  });
});

describe('making a script reward', () => {
  it('refuses a script that is not allowed before it looks for the file', async () => {
    for (const spec of [
      'script:path=absent.js',
      'length + script:path=absent.js*0.5',
      { id: 'mine', type: 'script', path: 'absent.js', range: [0, 1], timeout: 10 },
    ]) {
      assert.match(
        await rejection(spec, ErrorCode.forbidden),
        /runs the script '.*absent\.js'; scripts run on the command line and in trusted/u,
      );
    }
  });

  it('says what each parameter accepts', async () => {
    const cases = [
      ['script', /'script' needs the parameter path: a JavaScript module/u],
      ['script:path=a.js,range=1..0', /range='1\.\.0'; it must be bounds/u],
      ['script:path=a.js,range=1', /range='1'; it must be bounds/u],
      ['script:path=a.js,range=..1', /range='\.\.1'; it must be bounds/u],
      ['script:path=a.js,range=0...1..2', /it must be bounds/u],
      ['script:path=a.js,timeout=0', /timeout='0'; it must be milliseconds/u],
      ['script:path=a.js,timeout=1.5', /timeout='1\.5'; it must be milliseconds/u],
    ] as const;
    for (const [spec, fault] of cases) {
      assert.match(await rejection(spec, ErrorCode.invalidInput), fault);
    }
    for (const range of ['0..1', '-2.5..-1', '-1..0.5', '.5..7']) {
      await rejection(`script:path=a.js,range=${range}`, ErrorCode.forbidden);
    }
    const script = { id: 'mine', type: 'script', path: 'a.js' };
    assert.match(
      await rejection({ ...script, range: [1, 1] }, ErrorCode.invalidInput),
      /range: the smaller number comes first/u,
    );
    assert.match(await rejection({ ...script, timeout: 0 }, ErrorCode.invalidInput), /timeout/u);
  });
});

describe('making a causal reward', () => {
  const description = {
    ...rewardDescriptions[0]!,
    id: 'helpfulness',
    range: undefined,
  };
  const asked: string[] = [];
  const causal: RewardContext = {
    ...context,
    causalRewards: [description],
    createCausal: async (spec, label): Promise<Reward> => {
      asked.push(label === undefined ? spec : `${spec} for ${label}`);
      return stubReward(spec, undefined, (text) => (text === '' ? Number.NaN : text.length));
    },
  };

  it('opens a model by its id or the absolute path of its folder', async () => {
    asked.length = 0;
    await createReward('helpfulness', causal);
    await createReward('./classifier', causal);
    const sum = await createReward('helpfulness*0.5+./classifier', causal);
    const folder = join(fixtures, 'classifier');
    assert.deepEqual(asked, ['helpfulness', folder, 'helpfulness', folder]);
    assert.equal(sum.range, undefined);
    assert.equal(await scoreOf(sum, 'ab'), 3);
  });

  it('refuses scores that are not finite', async () => {
    const reward = await createReward('helpfulness', causal);
    await assert.rejects(scoreOf(reward, ''), { code: ErrorCode.badReward });
  });

  it('passes the label to the model', async () => {
    asked.length = 0;
    await createReward('helpfulness:label=kind', causal);
    await createReward('"./classifier":label=1*0.5', causal);
    assert.deepEqual(asked, ['helpfulness for kind', `${join(fixtures, 'classifier')} for 1`]);
  });

  it('lists the id of the model, and refuses other parameters and missing models', async () => {
    assert.match(await rejection('nope', ErrorCode.unknownId, causal), /helpfulness/u);
    for (const reward of ['helpfulness', '"./classifier"']) {
      const told = await rejection(`${reward}:size=2`, ErrorCode.invalidInput, causal);
      assert.match(told, /has no parameter 'size'; it has label/u);
    }
    await rejection('./no-such-folder', ErrorCode.unknownId, causal);
    await rejection('helpfulness', ErrorCode.unknownId);
  });
});
