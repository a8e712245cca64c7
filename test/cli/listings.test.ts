import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  methodEntrySchema,
  modelEntrySchema,
  rewardEntrySchema,
} from '../../src/protocol/requests.ts';
import { methodIds } from '../../src/protocol/options.ts';
import { built, jsonLines, tqstar } from './command-line.ts';

const doctorSchema = z.strictObject({
  type: z.literal('doctor'),
  healthy: z.boolean(),
  checks: z.array(
    z.strictObject({ name: z.string(), found: z.string().min(1), advice: z.string() }),
  ),
});

describe('tqstar models, rewards, methods and doctor', () => {
  before(built);

  for (const [command, type, schema] of [
    ['models', 'model', modelEntrySchema],
    ['rewards', 'reward', rewardEntrySchema],
    ['methods', 'method', methodEntrySchema],
  ] as const) {
    it(`lists ${command} as JSON lines and as text`, async () => {
      const json = await tqstar([command, '--json']);
      const text = await tqstar([command]);

      assert.equal(json.exitCode, 0);
      assert.equal(text.exitCode, 0);
      for (const line of jsonLines(json.stdout)) {
        assert.equal((line as { type: string }).type, type);
        const { id } = schema.parse(line);
        assert.ok(text.stdout.split('\n').includes(id));
      }
    });
  }

  it('lists every method', async () => {
    const { stdout } = await tqstar(['methods', '--json']);

    const ids = jsonLines(stdout).map((line) => methodEntrySchema.parse(line).id);
    assert.deepEqual(ids, [...methodIds]);
  });

  it('reports a working installation as healthy', async () => {
    const { exitCode, stdout } = await tqstar(['doctor', '--json']);

    assert.equal(exitCode, 0);
    const report = doctorSchema.parse(JSON.parse(stdout));
    assert.ok(report.healthy);
    const names = report.checks.map(({ name }) => name);
    for (const name of [
      'node',
      'onnxruntime',
      'engine',
      'device cpu',
      'device webgpu',
      'memory',
      'cache',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(names.some((name) => name.startsWith('model ')));
  });

  it('prints its help and version on standard output', async () => {
    const help = await tqstar(['--help']);
    const version = await tqstar(['--version']);

    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, /^Usage: tqstar[^]*compare[^]*doctor/u);
    assert.equal(version.exitCode, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/u);
  });
});
