import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { neededGlibc } from '../../scripts/gpu-kit/glibc.ts';
import { clearKitFolder } from '../../scripts/gpu-kit/parts.ts';
import { FakeKit } from './fake-kit.ts';

describe('The kit for a machine without a network', () => {
  let kit: FakeKit;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(async () => {
    kit = new FakeKit();
    await kit.write();
    kit.putDriver('etc/vulkan/icd.d/nvidia_icd.json', 'libGLX_nvidia.so.0');
    kit.put('usr/lib64/libGLX_nvidia.so.0');
  });

  afterEach(() => {
    kit.remove();
  });

  it('passes its arguments to the bench and ends with its exit code', () => {
    const { status, stdout, stderr } = kit.run(['--quick', '--device', 'webgpu']);
    assert.equal(status, 7, stderr);
    const program = join(kit.unpacked, 'dist/bench.js');
    assert.match(stdout, new RegExp(`^run: ${program} gpu --quick --device webgpu$`, 'mu'));
    assert.match(stderr, /^kit of commit: abc\ndate: 2026-01-02\nnode: .+\nglibc: 2\.28$/mu);
  });

  it('runs the command line, from run.sh and from the folder', () => {
    const line = `run: ${join(kit.unpacked, 'dist/cli.js')} generate --prompt a b`;
    const first = kit.run(['tqstar', 'generate', '--prompt', 'a b']);
    const direct = ['generate', '--prompt', 'a b'];
    const second = kit.run(direct, {}, {}, join(kit.unpacked, 'bin/tqstar'));
    for (const { status, stdout } of [first, second]) {
      assert.equal(status, 7);
      assert.equal(stdout.split('\n')[0], line);
    }
    assert.equal(second.stderr, '');
  });

  it('keeps compiled models in the unpacked folder, and works for a user without a home', () => {
    const { stdout } = kit.run(['--quick'], {}, { HOME: '/nonexistent' });
    assert.match(stdout, new RegExp(`^cache: ${kit.unpacked}/cache$`, 'mu'));
    assert.match(stdout, new RegExp(`^home: ${kit.unpacked}$`, 'mu'));
  });

  it('writes nothing into its own folder', () => {
    const names = readdirSync(kit.out);
    kit.run(['--quick']);
    assert.deepEqual(readdirSync(kit.out), names);
    assert.ok(names.length > 4, 'it has several parts');
  });

  it('does not unpack a kit that is already unpacked', () => {
    kit.run(['--quick']);
    rmSync(join(kit.out, 'tqstar-gpu-kit.tar.gz.00'));
    const { status, stderr } = kit.run(['--quick']);
    assert.equal(status, 7);
    assert.doesNotMatch(stderr, /Unpacking/u);
  });

  it('replaces another kit', async () => {
    kit.run(['--quick']);
    await kit.write('second');
    const { stderr } = kit.run(['--quick']);
    assert.match(stderr, /^Unpacking the kit into /u);
    assert.equal(readFileSync(join(kit.unpacked, 'word'), 'utf8'), 'second');
  });

  it('starts again after an interrupted unpacking', () => {
    mkdirSync(join(kit.empty, 'tqstar-gpu-kit.unpacking/bin'), { recursive: true });
    writeFileSync(join(kit.empty, 'tqstar-gpu-kit.unpacking/stray'), '');
    assert.equal(kit.run(['--quick']).status, 7);
    assert.deepEqual(readdirSync(kit.empty), ['tqstar-gpu-kit']);
    assert.ok(!existsSync(join(kit.unpacked, 'stray')));
  });

  it('refuses to replace a folder of that name that is not a kit', () => {
    mkdirSync(kit.unpacked);
    const { status, stderr } = kit.run([]);
    assert.equal(status, 73);
    assert.match(stderr, /tqstar-gpu-kit exists and is not an unpacked kit; move it away/u);
  });

  it('refuses a kit whose part is missing', () => {
    rmSync(join(kit.out, 'tqstar-gpu-kit.tar.gz.01'));
    assertRefused(66, `run.sh: The part tqstar-gpu-kit.tar.gz.01 is missing in ${kit.out} or`);
  });

  it('refuses a kit whose part was altered', () => {
    appendFileSync(join(kit.out, 'tqstar-gpu-kit.tar.gz.01'), 'x');
    assertRefused(
      65,
      `run.sh: The part tqstar-gpu-kit.tar.gz.01 in ${kit.out} was altered or is incomplete`,
    );
  });

  it('refuses a kit without its list of hashes', () => {
    rmSync(join(kit.out, 'SHA256SUMS'));
    assertRefused(66, `run.sh: The file SHA256SUMS is missing in ${kit.out};`);
  });

  for (const [machine, programs, sentence] of [
    [
      'whose glibc is too old',
      { getconf: 'echo glibc 2.9' },
      'The kit needs glibc 2.28 or newer; this machine has glibc 2.9.',
    ],
    [
      'whose glibc is too old and known only from ldd',
      { getconf: 'exit 1', ldd: 'echo "ldd (Debian GLIBC 2.19-18) 2.19"' },
      'The kit needs glibc 2.28 or newer; this machine has glibc 2.19.',
    ],
    [
      'without glibc',
      { getconf: 'exit 1', ldd: 'echo "musl libc (x86_64)"; exit 1' },
      'The kit needs glibc; none was found on this machine.',
    ],
    [
      'of another architecture',
      { uname: 'echo Linux aarch64' },
      'The kit is for Linux x86_64; this machine is Linux aarch64.',
    ],
  ] as const) {
    it(`refuses a machine ${machine}`, () => {
      const { status, stdout, stderr } = kit.run(['--quick'], programs);
      assert.equal(status, 69);
      assert.equal(stdout, '');
      assert.equal(stderr.trimEnd().split('\n').at(-1), `tqstar-gpu-kit: ${sentence}`);
    });
  }

  function assertRefused(code: number, beginning: string): void {
    const { status, stdout, stderr } = kit.run([]);
    assert.equal(status, code, stderr);
    assert.equal(stdout, '');
    assert.ok(stderr.startsWith(beginning), stderr);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
    assert.ok(!existsSync(kit.unpacked));
  }
});

describe('Making the kit', () => {
  let kit: FakeKit;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(() => {
    kit = new FakeKit();
  });

  afterEach(() => {
    kit.remove();
  });

  it('writes the same bytes for the same files, in parts of the requested size', async () => {
    const first = await kit.write();
    assert.deepEqual(await kit.write(), first);
    assert.ok(first.length > 1);
    assert.ok(first.slice(0, -1).every(({ bytes }) => bytes === 1500));
    assert.notDeepEqual(await kit.write('second'), first);
  });

  it('overwrites an earlier kit but no other folder', async () => {
    await kit.write();
    clearKitFolder(kit.out);
    assert.deepEqual(readdirSync(kit.out), []);
    writeFileSync(join(kit.out, 'letter.txt'), '');
    assert.throws(() => {
      clearKitFolder(kit.out);
    }, /contains "letter\.txt", which is not part of a kit; give a new or empty folder/u);
    assert.deepEqual(readdirSync(kit.out), ['letter.txt']);
  });

  it('finds the newest glibc that a library needs', () => {
    const file = kit.put('lib.so', '\0GLIBC_2.9\0GLIBC_2.17.1\0GLIBC_PRIVATE\0see GLIBC_2.99 \0');
    assert.equal(neededGlibc([file]), '2.17');
    assert.throws(() => neededGlibc([kit.put('none.so', 'text')]), /need no version of glibc/u);
  });
});
