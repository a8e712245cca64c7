import assert from 'node:assert/strict';
import { methodsFor, methodTraits, ownMethod } from '../../src/evaluation/suites/methods.ts';

describe('the methods of an evaluation', () => {
  it('run the decoding method, policy and options that they are named after', () => {
    const rows = Object.entries(methodTraits).map(([id, traits]) => [
      id,
      traits.method,
      traits.argsPolicy,
      traits.usesBaseline,
      traits.kind,
    ]);
    for (const row of [
      ['sft', 'sft', undefined, false, 'plain'],
      ['dpo', 'dpo', undefined, true, 'plain'],
      ['args-sft', 'args', 'reference', false, 'valued'],
      ['args-dpo', 'args', 'baseline', true, 'valued'],
      ['cd', 'cd', undefined, false, 'rollouts'],
      ['dt', 'dt', undefined, true, 'rollouts'],
      ['tq', 'tq', undefined, true, 'rollouts'],
      ['tq-indirect', 'tq-indirect', undefined, true, 'rollouts'],
      ['bon', 'bon', undefined, false, 'best-of-n'],
      ['bon-dpo', 'bon', 'baseline', true, 'best-of-n'],
    ]) {
      assert.deepEqual(
        rows.find(([id]) => id === row[0]),
        row,
      );
    }
  });

  it('leave out dt where it is tq, and tq where it is dt', () => {
    const [direct, indirect] = [methodsFor('direct'), methodsFor('indirect')];
    assert.ok(direct.includes('tq') && indirect.includes('dt'));
    assert.ok(!direct.includes('dt') && !direct.includes('tq-indirect'));
    assert.ok(!indirect.includes('tq') && indirect.includes('tq-indirect'));
    for (const method of ['sft', 'dpo', 'args-sft', 'args-dpo', 'cd', 'bon', 'bon-dpo'] as const) {
      assert.ok(direct.includes(method) && indirect.includes(method), method);
    }
  });

  it('have indirect TQ* as their own, then direct TQ*', () => {
    assert.equal(ownMethod(['sft', 'tq', 'tq-indirect']), 'tq-indirect');
    assert.equal(ownMethod(['sft', 'tq']), 'tq');
    assert.equal(ownMethod(['sft', 'dt']), undefined);
  });
});
