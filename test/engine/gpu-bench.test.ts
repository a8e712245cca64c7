import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { lastRun, type Line } from '../../src/bench/gpu/lines.ts';
import { buildEngine, environment } from './engine-program.ts';

const program = join(import.meta.dirname, '../../dist/bench.js');

/** The driver from the environment, or the software driver of Debian's Chromium. */
const driver =
  process.env['VK_ICD_FILENAMES'] ??
  ['/usr/lib/chromium/vk_swiftshader_icd.json'].find((path) => existsSync(path));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(parameters: readonly string[], change: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const env = {
    ...environment,
    ...change,
    ...(driver !== undefined && { VK_ICD_FILENAMES: driver }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...parameters], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('the benchmark on a GPU', function () {
  this.timeout('10m');
  let folder: string;

  before(async () => {
    buildEngine();
    folder = await mkdtemp(join(tmpdir(), 'tqstar-gpu-bench-'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('refuses an unknown device and an unknown part', async () => {
    const device = await bench(['gpu', '--device', 'tpu']);
    assert.equal(device.exitCode, 2);
    assert.equal(
      device.stderr,
      'tqstar: --device is "tpu"; it must be one of webgpu, cuda, cpu.\n',
    );
    const part = await bench(['gpu', '--only', 'speeds']);
    assert.match(part.stderr, /^tqstar: --only has "speeds"; it must be one of doctor, tokens/u);
  });

  it('refuses an output file that it cannot write, and a table of a missing file', async () => {
    const output = join(program, 'lines.jsonl');
    const written = await bench(['gpu', '--device', 'cpu', '--output', output]);
    assert.equal(written.exitCode, 1);
    assert.match(
      written.stderr,
      /^tqstar: The file .* cannot be written \(\w+\); name another with --output\.\n$/u,
    );
    const table = await bench(['gpu-table', join(folder, 'none.jsonl')]);
    assert.match(table.stderr, /^tqstar: The file .* cannot be read \(ENOENT\)/u);
  });

  it('refuses an unusable device in one sentence', async () => {
    const { exitCode, stdout, stderr } = await bench(['gpu', '--device', 'cuda']);
    // A machine with CUDA would run the whole benchmark.
    if (exitCode === 0) return;
    assert.match(stderr, /^tqstar: The device cuda cannot be used: .*; use the device cpu\.\n$/u);
    assert.equal(stdout, '');
  });

  it('skips a model that does not fit on the card, without compiling it', async function () {
    if (process.platform === 'win32') this.skip();
    // A fake nvidia-smi: 400 of 512 MiB are in use.
    const fake =
      '#!/bin/sh\ncase "$*" in *memory.total*) echo "Small Card, 550.1, 512, 400";; esac\n';
    await writeFile(join(folder, 'nvidia-smi'), fake, { mode: 0o755 });
    const PATH = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
    const part = ['gpu-part', 'random-models', '--device', 'webgpu', '--format', 'q4'];
    const { stdout } = await bench([...part, '--model', 'llama-1b'], { PATH });
    assert.deepEqual(JSON.parse(stdout), {
      model: 'llama-1b',
      format: 'q4',
      skipped: 'llama-1b in q4 needs about 1.0 GB on the card, of which 117 MB are free.',
    });
  });

  describe('a quick run on WebGPU', () => {
    let outcome: Outcome;
    let lines: Line[];

    before(async function () {
      if (driver === undefined) {
        console.log('Skipping WebGPU: no Vulkan driver; set VK_ICD_FILENAMES or install chromium.');
        this.skip();
      }
      const file = join(folder, 'lines.jsonl');
      outcome = await bench(['gpu', '--quick', '--output', file, '--limit', 'memory=0.001']);
      lines = lastRun(await readFile(file, 'utf8'));
    });

    const of = (part: string): Line[] => lines.filter((line) => line.part === part);

    it('writes lines for every part, the machine first, and prints their table', async () => {
      assert.equal(lines[0]!.part, 'machine');
      assert.equal(lines[0]!['quick'], true);
      const found = of('doctor').find(({ device }) => device === 'webgpu');
      assert.equal(found?.['problem'], '');
      for (const part of ['speed', 'runs', 'random-models']) {
        assert.ok(
          of(part).some(({ ms }) => typeof ms === 'number'),
          part,
        );
        assert.ok(
          of(part).every(({ error }) => error === undefined),
          part,
        );
      }
      const providers = of('dispatches')[0]!['byProvider'] as Record<string, number>;
      assert.ok(providers['WebGpuExecutionProvider']! > providers['CPUExecutionProvider']!);
      assert.ok(of('peers').length > 1);
      const table = await bench(['gpu-table', join(folder, 'lines.jsonl')]);
      assert.ok(outcome.stdout.endsWith(table.stdout), table.stdout);
    });

    it('writes the same tokens as on the CPU, plain and towards a reward', () => {
      const compared = of('tokens').filter(({ equal }) => equal !== undefined);
      const shown = compared.map(({ method, equal }) => ({ method, equal }));
      assert.deepEqual(shown, [
        { method: 'plain', equal: true },
        { method: 'tq', equal: true },
      ]);
    });

    it('reports a part that exceeds its time limit, and completes the others', () => {
      assert.equal(outcome.exitCode, 1);
      const [failed, end] = of('memory');
      assert.equal(failed!.error, 'It did not end within its time limit of 0.001 s.');
      assert.equal(failed!['format'], 'q4');
      assert.equal(typeof end!['seconds'], 'number');
      assert.equal(lines.at(-1)!.part, 'peers');
    });
  });
});
