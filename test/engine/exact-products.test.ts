import assert from 'node:assert/strict';
import { addsExactly, exactProducts } from '../../src/engine/runtime/exact-products.ts';
import { processorName } from '../../src/engine/device/processor.ts';

describe('products of bytes', () => {
  it('are added exactly with the entries that this processor needs', async () => {
    assert.equal(await addsExactly(await exactProducts()), true);
  });

  it('take the entry, which slows them down, only where they saturate without', async () => {
    const needed = 'x64quantprecision' in (await exactProducts());
    assert.equal(needed, !(await addsExactly({})));
  });

  it('saturate on processors of x86 without VNNI alone', async function () {
    // Other systems do not tell the instructions.
    if (process.platform !== 'linux') this.skip();
    const bestIsAvx2 = (await processorName()).endsWith('with AVX2');
    assert.equal(await addsExactly({}), !bestIsAvx2);
  });

  it('are added exactly with the entry, too', async () => {
    assert.equal(await addsExactly({ x64quantprecision: '1' }), true);
  });
});
