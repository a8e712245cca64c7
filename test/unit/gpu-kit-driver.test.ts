import assert from 'node:assert/strict';
import { join } from 'node:path';
import { FakeKit, type KitRun } from './fake-kit.ts';

/** A line of the dynamic loader's list. */
const loadable = (name: string): string => `printf '\\t%s (libc6,x86-64) => /x\\n' ${name}`;

describe('The search of the kit for a Vulkan driver', () => {
  let kit: FakeKit;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(async () => {
    kit = new FakeKit();
    await kit.write();
  });

  afterEach(() => {
    kit.remove();
  });

  it('prefers a named driver to an installed one', () => {
    const named = kit.putDriver('elsewhere/driver.json', './libdriver.so');
    kit.put('elsewhere/libdriver.so');
    putNvidia();
    for (const variable of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) {
      assertTaken(kit.run([], {}, { [variable]: named }), named);
    }
  });

  it('refuses a named driver that does not exist', () => {
    const result = kit.run([], {}, { VK_ICD_FILENAMES: '/none.json' });
    const sentence = 'VK_ICD_FILENAMES names the Vulkan driver /none.json, which does not exist.';
    assertRefused(result, 66, sentence);
  });

  it('refuses a named driver without its library, and a file that is not an ICD file', () => {
    const bare = kit.putDriver('bare.json', 'libnone.so.0');
    const text = kit.put('text.json', '{}');
    for (const [file, sentence] of [
      [bare, `the Vulkan driver ${bare}, whose library libnone.so.0 is not on this machine.`],
      [text, `${text}, which is not the ICD file of a Vulkan driver.`],
    ] as const) {
      const result = kit.run([], {}, { VK_DRIVER_FILES: file });
      assertRefused(result, 66, `VK_DRIVER_FILES names ${sentence}`);
    }
  });

  it("finds NVIDIA's driver in any folder, and adds the folder of its library", () => {
    const icd = kit.putDriver(
      'usr/local/nvidia/vulkan/icd.d/nvidia_icd.json',
      'libGLX_nvidia.so.0',
    );
    kit.put('usr/local/nvidia/lib64/libGLX_nvidia.so.0');
    kit.putDriver('etc/vulkan/icd.d/a_icd.json', kit.put('usr/lib64/liba.so'));
    const result = kit.run([]);
    assertTaken(result, icd);
    assert.match(
      result.stdout,
      new RegExp(`^libraries: ${kit.root}/usr/local/nvidia/lib64:`, 'mu'),
    );
  });

  it("takes NVIDIA's library without an ICD file", () => {
    kit.put('usr/lib/x86_64-linux-gnu/libEGL_nvidia.so.0');
    assertTaken(kit.run([]), join(kit.unpacked, 'icd/libEGL_nvidia.so.0.json'));
    const both = { ldconfig: loadable('libGLX_nvidia.so.0') };
    assertTaken(kit.run([], both), join(kit.unpacked, 'icd/libGLX_nvidia.so.0.json'));
  });

  it('skips a driver without its library, with a message, and drivers for EGL or 32 bits', () => {
    const missing = kit.putDriver('etc/vulkan/icd.d/nvidia_icd.json', 'libGLX_nvidia.so.0');
    const egl = 'usr/local/nvidia/egl_vendor.d/10_nvidia_icd.json';
    kit.putDriver(egl, kit.put('libEGL_nvidia.so.0'));
    kit.putDriver('usr/share/vulkan/icd.d/a_icd.i686.json', kit.put('usr/lib64/liba.so'));
    const other = kit.putDriver('usr/share/vulkan/icd.d/b_icd.json', kit.put('usr/lib64/libb.so'));
    const result = kit.run([]);
    assertTaken(result, other);
    const line = `The Vulkan driver ${missing} names libGLX_nvidia.so.0, which is not on this machine.`;
    assert.ok(result.stderr.includes(line), result.stderr);
  });

  it('takes a software driver last, with a message', () => {
    const software = kit.putDriver('usr/lib/chromium/vk_swiftshader_icd.json', './x.so');
    const result = kit.run(['--quick']);
    assertTaken(result, software);
    assert.match(
      result.stderr,
      /vk_swiftshader_icd\.json\. It is a software driver: it runs on the CPU/u,
    );
    putNvidia();
    assert.doesNotMatch(kit.run(['--quick']).stderr, /software/u);
  });

  it('refuses the bench without a driver, except on the CPU or CUDA', () => {
    for (const given of [[], ['--quick'], ['--device', 'webgpu']]) {
      const result = kit.run(given);
      assertRefused(
        result,
        69,
        "No Vulkan driver was found on this machine; install the GPU's driver, set VK_DRIVER_FILES",
      );
    }
    for (const given of [
      ['--device', 'cpu'],
      ['--device=cuda', '--quick'],
    ]) {
      assert.equal(kit.run(given).status, 7);
    }
    assert.equal(kit.run(['tqstar', 'doctor']).status, 7);
  });

  it('adds only the libraries that the machine lacks', () => {
    putNvidia();
    const libraries = (result: KitRun): string[] =>
      /^libraries: (.*)$/mu.exec(result.stdout)![1]!.split(':').slice(1);
    assert.deepEqual(libraries(kit.run([])), [own('libX11.so.6'), own('libvulkan.so.1')]);
    const listed = { ldconfig: loadable('libvulkan.so.1') };
    assert.deepEqual(libraries(kit.run([], listed)), [own('libX11.so.6')]);
    kit.put('usr/lib/x86_64-linux-gnu/libX11.so.6');
    assert.deepEqual(libraries(kit.run([], listed)), []);
  });

  it("reports a missing Vulkan loader if the glibc is too old for the kit's own", () => {
    putNvidia();
    const old = { getconf: 'echo glibc 2.31' };
    const sentence =
      "WebGPU cannot be used: this machine lacks the Vulkan loader libvulkan.so.1, and the kit's own needs glibc 2.34, but this machine has 2.31;";
    assertRefused(kit.run([], old), 69, sentence);
    assert.equal(kit.run([], { ...old, ldconfig: loadable('libvulkan.so.1') }).status, 7);
  });

  it('shows the output of nvidia-smi, or reports that it is missing', () => {
    putNvidia();
    assert.match(kit.run([]).stderr, /^nvidia-smi is not on this machine\.$/mu);
    const smi = { 'nvidia-smi': 'echo "NVIDIA H100, 550.1, 80 GiB"' };
    assert.match(kit.run([], smi).stderr, /^NVIDIA H100, 550\.1, 80 GiB$/mu);
  });

  function putNvidia(): void {
    kit.putDriver('etc/vulkan/icd.d/nvidia_icd.json', 'libGLX_nvidia.so.0');
    kit.put('usr/lib64/libGLX_nvidia.so.0');
  }

  function own(name: string): string {
    return join(kit.unpacked, 'lib', name);
  }
});

function assertTaken({ status, stdout, stderr }: KitRun, driver: string): void {
  assert.equal(status, 7, stderr);
  assert.ok(stdout.includes(`\ndriver: ${driver} ${driver}\n`), stdout);
  assert.ok(stderr.includes(`\nVulkan driver: ${driver}`), stderr);
}

function assertRefused({ status, stdout, stderr }: KitRun, code: number, sentence: string): void {
  assert.equal(status, code, stderr);
  assert.equal(stdout, '');
  const last = stderr.trimEnd().split('\n').at(-1)!;
  assert.ok(last.startsWith(`tqstar-gpu-kit: ${sentence}`), last);
}
