import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeviceName } from '../../src/protocol/options.ts';
import { assertAlike, type write } from './branching-text.ts';

const run = promisify(execFile);
const child = join(import.meta.dirname, 'webgpu-child.ts');

/** The driver from the environment, or the software driver of Debian's Chromium. */
const driver =
  process.env['VK_ICD_FILENAMES'] ??
  ['/usr/lib/chromium/vk_swiftshader_icd.json'].find((path) => existsSync(path));

interface Traffic {
  readonly up: number;
  readonly down: number;
}

async function inChild<T>(what: string, device: DeviceName, format: string): Promise<T> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', child, what, device, format], {
    env: { ...process.env, ...(driver !== undefined && { VK_ICD_FILENAMES: driver }) },
  });
  return JSON.parse(stdout) as T;
}

describe('on WebGPU', function () {
  this.timeout('10m');

  before(function () {
    if (driver !== undefined) return;
    console.log('Skipping WebGPU: no Vulkan driver; set VK_ICD_FILENAMES or install chromium.');
    this.skip();
  });

  for (const format of ['fp32', 'q8', 'q4']) {
    it(`a small model writes the same tokens as on the CPU and keeps its cache on the device: ${format}`, async () => {
      type Tiny = { text: Awaited<ReturnType<typeof write>>; traffic: Traffic };
      const cpu = await inChild<Tiny>('tiny', 'cpu', format);
      const gpu = await inChild<Tiny>('tiny', 'webgpu', format);
      assertAlike(gpu.text, cpu.text);
      assert.ok(gpu.traffic.up < cpu.traffic.up / 2, JSON.stringify([gpu.traffic, cpu.traffic]));
      assert.ok(gpu.traffic.down < cpu.traffic.down / 2);
    });
  }

  it('two models that alternate write the same tokens as on the CPU', async () => {
    type Two = { texts: Awaited<ReturnType<typeof write>>[] };
    const cpu = await inChild<Two>('two', 'cpu', 'fp32');
    const gpu = await inChild<Two>('two', 'webgpu', 'fp32');
    gpu.texts.forEach((text, i) => {
      assertAlike(text, cpu.texts[i]!);
    });
  });

  it('the shipped model writes the same 20 tokens of tq as on the CPU', async () => {
    type Shipped = { ids: number[]; stats: object; traffic: Traffic };
    const cpu = await inChild<Shipped>('shipped', 'cpu', 'q4');
    const gpu = await inChild<Shipped>('shipped', 'webgpu', 'q4');
    assert.equal(gpu.ids.length, 20);
    assert.deepEqual(gpu.ids, cpu.ids);
    // Only masks, ids, slots and likely tokens are copied, not keys and values.
    assert.ok(gpu.traffic.up < cpu.traffic.up / 20, JSON.stringify([gpu.traffic, cpu.traffic]));
    assert.ok(gpu.traffic.down < cpu.traffic.down / 20);
  });
});
