import assert from 'node:assert/strict';
import { compareFacts } from '../../src/facts/compare-facts.ts';

describe('compareFacts', () => {
  it('takes two ways to write a fact as one', () => {
    const draft = 'Ann will send 4,200 units to Berlin on 29 May at 14:30.';
    const rewrite = 'On May 29 at 2:30 pm, Ann sends 4200 units to Berlin.';
    assert.deepEqual(compareFacts(draft, rewrite), {
      missing: [],
      changed: [],
      added: [],
      kept: 5,
      total: 5,
    });
  });

  it('pairs a lost fact with the new one of its kind', () => {
    const { missing, changed, added } = compareFacts(
      'Ann will send 4,200 units on 29 May.',
      'Ann will send 4,300 units on 30 May to Hamburg.',
    );
    assert.deepEqual(missing, []);
    assert.deepEqual(changed, [
      { from: '4,200', to: '4,300' },
      { from: '29 May', to: '30 May' },
    ]);
    assert.deepEqual(added, ['Hamburg']);
  });
});
