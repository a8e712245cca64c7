import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

const countOf = async (source: string): Promise<number> =>
  (await proseUnits(source, 'markdown')).length;

describe('A paragraph about the tokens of a model', function () {
  it('is prose', async () => {
    assert.equal(await countOf('A message ends with <|im_end|> there.\n'), 1);
    assert.equal(await countOf('Begin with <｜User｜> and then <|eot_id|>.\n'), 1);
  });

  it('is no prose where other signs make it code', async () => {
    assert.equal(await countOf('if (a <= b) { print <|im_end|> ; } else c = {};\n'), 0);
  });
});
