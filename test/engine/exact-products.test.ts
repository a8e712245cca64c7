import assert from 'node:assert/strict';
import { addsExactly, exactProducts } from '../../src/engine/device/exact-products.ts';

describe('products of bytes', () => {
  it('are added exactly with the entries that this processor needs', async () => {
    assert.equal(await addsExactly(await exactProducts()), true);
  });

  it('take the entry, which slows them down, only where they saturate without', async () => {
    const needed = 'x64quantprecision' in (await exactProducts());
    assert.equal(needed, !(await addsExactly({})));
  });

  it('are added exactly with the entry, too', async () => {
    assert.equal(await addsExactly({ x64quantprecision: '1' }), true);
  });
});
