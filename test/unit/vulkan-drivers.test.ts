import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDriverNames } from '../../src/engine/device/device-deps.ts';
import { findVulkanDrivers } from '../../src/engine/device/vulkan-drivers.ts';

describe('the Vulkan drivers of a Linux machine', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tqstar-vulkan-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('are those named in the environment', () => {
    const files = ['first_icd.json', 'second_icd.json'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, '{}');
    const found = findVulkanDrivers({ VK_ICD_FILENAMES: files.join(':') });
    assert.deepEqual(found, { names: ['first_icd.json', 'second_icd.json'] });
  });

  it('are refused when the environment names a missing file', () => {
    const file = join(folder, 'absent_icd.json');
    assert.deepEqual(findVulkanDrivers({ VK_DRIVER_FILES: file }), {
      problem: `the Vulkan driver ${file}, named by VK_DRIVER_FILES, does not exist`,
    });
  });

  it("include those in the user's folder", () => {
    const own = join(folder, '.local/share/vulkan/icd.d');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'own_icd.json'), '{}');
    const found = findVulkanDrivers({ HOME: folder });
    assert.ok('names' in found && found.names.includes('own_icd.json'));
  });

  it("are added to a probe's problem with WebGPU, and only with WebGPU", async () => {
    const probe = withDriverNames(
      () => Promise.resolve({ problem: 'it computes wrong results' }),
      ['nvidia_icd.json'],
    );
    assert.deepEqual(await probe('webgpu'), {
      problem: 'it computes wrong results (Vulkan driver nvidia_icd.json)',
    });
    assert.deepEqual(await probe('cuda'), { problem: 'it computes wrong results' });
  });
});
