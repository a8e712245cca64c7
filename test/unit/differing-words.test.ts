import assert from 'node:assert/strict';
import { missingWords } from '../../src/extension/editor/differing-words.ts';

describe('The words that a rewrite leaves out', () => {
  it('have their place in the draft', () => {
    const draft = 'It is  very late, sorry.';
    const words = missingWords(draft, 'It is rather late, Ann.');
    assert.deepEqual(
      words.map(({ start, end }) => draft.slice(start, end)),
      ['very', 'sorry.'],
    );
    assert.deepEqual(missingWords(draft, draft), []);
  });
});
