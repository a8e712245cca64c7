import assert from 'node:assert/strict';
import { formatBytes } from '../../src/protocol/units.ts';
import { moved, touches } from '../../src/extension/editor/tracked-span.ts';
import { CrashPolicy } from '../../src/extension/service/crash-policy.ts';
import { expandReward, runsScript } from '../../src/extension/settings/own-rewards.ts';
import { isAllowed } from '../../src/extension/settings/setting-schema.ts';

describe('Crash policy', function () {
  it('gives up on the fifth crash within three minutes', function () {
    let now = 0;
    const policy = new CrashPolicy(() => now);
    const answers = [0, 1, 2, 3, 4].map((minute) => {
      now = minute * 30_000;
      return policy.mayRestart();
    });
    assert.deepEqual(answers, [true, true, true, true, false]);
  });

  it('always restarts when crashes are far apart', function () {
    let now = 0;
    const policy = new CrashPolicy(() => now);
    for (let crash = 0; crash < 20; crash++, now += 60_000) assert.ok(policy.mayRestart());
  });

  it('allows restarts again after a reset', function () {
    const policy = new CrashPolicy(() => 0);
    for (let crash = 0; crash < 5; crash++) policy.mayRestart();
    policy.reset();
    assert.ok(policy.mayRestart());
  });
});

describe('A span of a document', function () {
  const span = { start: 10, end: 20 };
  const change = (rangeOffset: number, rangeLength: number, text: string) => ({
    rangeOffset,
    rangeLength,
    text,
  });

  it('is touched by changes that overlap it, not by changes next to it', function () {
    assert.ok(touches(change(15, 0, 'x'), span));
    assert.ok(touches(change(5, 6, ''), span));
    assert.ok(touches(change(19, 5, ''), span));
    assert.ok(!touches(change(5, 5, 'x'), span));
    assert.ok(!touches(change(20, 0, 'x'), span));
    assert.ok(!touches(change(10, 0, 'x'), span));
  });

  it('moves with changes before it', function () {
    const changes = [change(30, 1, ''), change(0, 2, 'hello')];
    assert.deepEqual(moved(span, changes), { start: 13, end: 23 });
  });
});

describe('Rewards of the settings', function () {
  it('keep circular parts unchanged, for the engine to refuse', function () {
    const rewards = [
      { id: 'a', type: 'sum', parts: [{ reward: 'b', weight: 1 }] },
      { id: 'b', type: 'sum', parts: [{ reward: 'a', weight: 1 }] },
    ];
    const inner = { ...rewards[1], parts: [{ reward: 'a', weight: 1 }] };
    const { spec } = expandReward('a', rewards);
    assert.deepEqual(spec, { ...rewards[0], parts: [{ reward: inner, weight: 1 }] });
  });

  it('keep parts that are no objects, for the engine to refuse', function () {
    const reward = { id: 'a', type: 'sum', parts: [null, 5, 'b'] };
    assert.deepEqual(expandReward('a', [reward]).spec, reward);
  });

  it('are expressions when no definition has the name', function () {
    assert.equal(expandReward('readability:grade=6', []).spec, 'readability:grade=6');
  });
});

describe('Byte sizes', function () {
  it('use decimal units', function () {
    const sizes = [1500, 98_000_000, 1_250_000_000].map(formatBytes);
    assert.deepEqual(sizes, ['2 kB', '98 MB', '1.3 GB']);
  });
});

describe('Values of settings', function () {
  it('are checked against type, range and members', function () {
    const alpha = { type: 'number', exclusiveMinimum: 0, maximum: 100, default: 1 };
    assert.deepEqual(
      [0, 0.1, 100, 101, '1', Number.NaN].map((value) => isAllowed(value, alpha)),
      [false, true, true, false, false, false],
    );
    const rollouts = { type: ['integer', 'null'], minimum: 1, default: null };
    assert.deepEqual(
      [null, 1, 1.5, 0].map((value) => isAllowed(value, rollouts)),
      [true, true, false, false],
    );
    const rewards = { type: 'array', items: { type: 'object' }, default: [] };
    assert.deepEqual(
      [[], [{}], [null], [{}, 'a'], [[]], null, {}].map((value) => isAllowed(value, rewards)),
      [true, true, false, false, false, false, false],
    );
    const variables = { type: 'object', default: {} };
    assert.deepEqual(
      [{}, null, []].map((value) => isAllowed(value, variables)),
      [true, false, false],
    );
  });
});

describe('Rewards that run scripts', function () {
  it('are found in expressions and definitions at any depth', function () {
    const script = { id: 's', type: 'script', path: 'a.js' };
    const sum = (reward: unknown): unknown => ({ id: 'x', type: 'sum', parts: [{ reward }] });
    for (const spec of [
      'script:path=a.js',
      ' script : path=a.js',
      '"script":path=a.js',
      'length*2 + script:path=a.js*0.5',
      script,
      sum(script),
      sum(sum('length+script:path=a.js')),
      { id: 'c', type: 'constraint', reward: 'script:path=a.js', atLeast: 0 },
      sum({ id: 'c', type: 'constraint', reward: script, atLeast: 0 }),
    ]) {
      assert.ok(runsScript(spec), JSON.stringify(spec));
    }
  });

  it('are not found in other rewards', function () {
    for (const spec of ['length', 'style-guide:file=script.json', './script:x', {}, null, 3]) {
      assert.ok(!runsScript(spec), JSON.stringify(spec));
    }
    assert.ok(!runsScript({ id: 'script', type: 'sum', parts: [null, { reward: 'length' }] }));
  });
});
