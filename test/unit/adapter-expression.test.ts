import assert from 'node:assert/strict';
import fc from 'fast-check';
import { adaptersText, readAdapters } from '../../src/engine/models/adapter/expression.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';

describe('a sum of adapters', () => {
  it('reads ids and paths with weights', () => {
    assert.deepEqual(readAdapters('hub/a@v1*0.7 + ./b.gguf*-3e-1+"c++/d*"*2+e'), [
      { model: 'hub/a@v1', weight: 0.7 },
      { model: './b.gguf', weight: -0.3 },
      { model: 'c++/d*', weight: 2 },
      { model: 'e', weight: 1 },
    ]);
  });

  it('reads what it writes', () => {
    const name = fc.stringMatching(/^[^"\s](?:[^"]*[^"\s])?$/u);
    const weight = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((w) => !/e\+/u.test(`${w}`));
    const adapters = fc.array(fc.record({ model: name, weight }, { noNullPrototype: true }), {
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(adapters, (given) => {
        const read = readAdapters(adaptersText(given));
        assert.deepEqual(
          read.map(({ model, weight: w }) => [model, String(w)]),
          given.map(({ model, weight: w }) => [model, String(w)]),
        );
      }),
    );
  });

  for (const text of ['a*', 'a*x', 'a*Infinity', '+a', 'a+', 'a*1*2', '"a', '""*2', '*2']) {
    it(`refuses ${text} and shows where it stops`, () => {
      assert.throws(() => readAdapters(text), {
        code: ErrorCode.invalidInput,
        message: /cannot be read at ".*"; write ids or paths with weights/u,
      });
    });
  }
});
