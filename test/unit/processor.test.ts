import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { processorName } from '../../src/engine/device/processor.ts';

describe('the name of the processor', () => {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const named = async (cpuinfo: string): Promise<string> => {
    const file = join(folder, 'cpuinfo');
    await writeFile(file, cpuinfo);
    return processorName(file);
  };

  it('includes the best instruction set for int8', async () => {
    const processors = 'processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_vnni avx_vnni\n';
    assert.equal(await named(processors), `${model} with AVX-512 VNNI`);
    assert.equal(await named('flags\t\t: fpu avx2 fma\n'), `${model} with AVX2`);
    assert.equal(await named('Features\t: fp asimd asimddp\n'), `${model} with dot products`);
  });

  it('is the plain name if no instruction set is known', async () => {
    assert.equal(await named('flags\t\t: fpu sse2\n'), model);
    assert.equal(await processorName(join(folder, 'missing')), model);
  });
});
