import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './command-line.ts';

const out = ['--out', '/nowhere/out'];
const suite = ['eval', '--suite', 'pairs', ...out];

describe('tqstar eval, theory and bench, without the programs they start', () => {
  let folder: string;

  before(built);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tqstar-'));
    cpSync('dist/cli.js', join(folder, 'cli.mjs'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const tqstar = (args: readonly string[]) =>
    spawnSync(process.execPath, [join(folder, 'cli.mjs'), ...args], { encoding: 'utf8' });

  for (const [command, name, args, sentence] of [
    ['eval', 'a missing folder', ['eval', '--suite', 'pairs'], /'--out <folder>' not specified/u],
    ['eval', 'a wrong number', [...suite, '--alpha', '0'], /--alpha is "0"; it must be a number/u],
    ['eval', 'an unknown method', [...suite, '--methods', 'x'], /--methods has "x"; it must be/u],
    ['eval', 'two judges', [...suite, '--judge', 'x', '--judge-reward', 'y'], /one judge/u],
    ['eval', 'a wrong ablation', [...suite, '--ablate', 'beta=1'], /--ablate has "beta=1"/u],
    ['theory', 'too many responses', ['theory', ...out, '--horizon', '20'], /at most 20000/u],
    ['bench', 'an unknown benchmark', ['bench', 'x'], /no benchmark "x"; it must be one of acc/u],
    ['bench', 'an unknown option', ['bench', '--x'], /unknown option '--x'/u],
    ['bench', 'a wrong number', ['bench', 'exactness', '--prompts', '0'], /--prompts is "0"/u],
    ['bench', 'no peer', ['bench', 'peers'], /Nothing to compare with; name --transfer-q/u],
    ['bench', 'an unknown device', ['bench', 'gpu', '--device', 'tpu'], /--device is "tpu"; it m/u],
    [
      'bench',
      'an unknown way',
      ['bench', 'rewriting', '--methods', 'x'],
      /--methods has "x"; it mu/u,
    ],
    ['bench', 'a draft twice', ['bench', 'rewriting', '--only', 'a,a'], /may be there only once/u],
    ['bench', 'a wrong seed', ['bench', 'pairs', '--seed', '-1'], /--seed is "-1"/u],
  ] as const) {
    it(`refuses ${name} for ${command} in one sentence, with exit code 2`, () => {
      const { status, stdout, stderr } = tqstar(args);

      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^tqstar: [^\n]+[.)]\n$/u);
      assert.match(stderr, sentence);
    });
  }

  for (const command of ['eval', 'theory', 'bench', 'bench exactness', 'bench pairs']) {
    it(`prints the help of ${command}`, () => {
      const { status, stdout } = tqstar([...command.split(' '), '--help']);

      assert.equal(status, 0);
      assert.ok(stdout.startsWith(`Usage: tqstar ${command} [options]`), stdout);
    });
  }
});
