import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gone } from '../harness/processes.ts';
import { built, complaint, jsonLines, tqstar } from './command-line.ts';

const good = { prompt: 'How was it?', response: 'It was wonderful, thank you so much!' };
const bad = { prompt: 'How was it?', response: 'It was awful and I hate it.' };

interface ScoreLine {
  readonly type: 'score';
  readonly reward: number;
  readonly parts: Record<string, number>;
}

function scores(output: string): ScoreLine[] {
  return jsonLines(output) as ScoreLine[];
}

describe('tqstar score', () => {
  let folder: string;

  before(built);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('reads a response with its end unless it was cut, by the option or by its line', async () => {
    const file = join(folder, 'cut.jsonl');
    const lines = [good, { ...good, ended: false }, { ...good, ended: true }];
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const rewards = async (...more: readonly string[]) => {
      const given = ['score', '--jsonl', file, '--reward', 'hh-harmless', ...more];
      return scores((await tqstar(given)).stdout).map(({ reward }) => reward);
    };
    const [ended, cut] = await rewards();
    assert.ok(Math.abs(ended! - cut!) > 0.01, `${ended!} ${cut!}`);
    assert.deepEqual(await rewards(), [ended, cut, ended]);
    assert.deepEqual(await rewards('--cut'), [cut, cut, ended]);
  });

  it('prints the reward of one response and of its parts', async () => {
    const { exitCode, stdout } = await tqstar([
      'score',
      ...['--prompt', good.prompt, '--response', good.response],
      ...['--reward', 'positive-tone+concision*0.5'],
    ]);

    assert.equal(exitCode, 0);
    const [line, ...more] = scores(stdout);
    assert.equal(more.length, 0);
    assert.deepEqual(Object.keys(line!), ['type', 'reward', 'parts']);
    assert.equal(line!.type, 'score');
    const { 'positive-tone': tone, concision } = line!.parts;
    assert.ok(Math.abs(line!.reward - (tone! + concision! * 0.5)) < 1e-12);
  });

  it('scores pairs from a file and from standard input, one line each, in order', async () => {
    const pairs = `${JSON.stringify(good)}\n\n${JSON.stringify({ ...bad, note: 'x' })}\n`;
    const file = join(folder, 'pairs.jsonl');
    await writeFile(file, pairs);

    const fromFile = await tqstar(['score', '--jsonl', file, '--reward', 'positive-tone']);
    const fromInput = await tqstar(['score', '-', '--reward', 'positive-tone'], { input: pairs });
    const [first, second, ...more] = scores(fromFile.stdout);
    assert.ok(first!.reward > 0.8 && second!.reward < 0.2);
    assert.equal(more.length, 0);
    assert.equal(fromInput.stdout, fromFile.stdout);
  });

  it('scores the pairs before a bad line, and names the line', async () => {
    const input = `${JSON.stringify(good)}\n{"prompt": 1}\n`;
    const result = await tqstar(['score', '-', '--reward', 'positive-tone'], { input });

    assert.equal(result.exitCode, 2);
    assert.equal(scores(result.stdout).length, 1);
    assert.match(complaint(result), /^tqstar: Line 2 of standard input is not an object/u);
  });

  it('compares with the draft of a pair', async () => {
    const draft = 'The meeting is on Monday at ten.';
    const input = [
      { prompt: 'Rewrite.', response: 'We meet Monday at 10.', draft },
      { prompt: 'Rewrite.', response: 'Bananas are yellow.', draft },
    ]
      .map((pair) => JSON.stringify(pair))
      .join('\n');
    const { stdout } = await tqstar(['score', '-', '--reward', 'keeps-meaning'], { input });

    const [close, far] = scores(stdout);
    assert.ok(close!.reward > far!.reward + 0.3);
  });

  it('runs a script reward, whose process ends with the command', async () => {
    const script = join(folder, 'mine.mjs');
    await writeFile(script, 'console.log("noise"); export const score = () => process.pid;');
    const pair = ['--prompt', good.prompt, '--response', good.response];
    const { exitCode, stdout } = await tqstar([
      ...['score', ...pair, '--reward', `script:path=${script}*1`],
    ]);

    assert.equal(exitCode, 0);
    const [line, ...more] = scores(stdout);
    assert.equal(more.length, 0);
    await gone(line!.reward);

    await writeFile(script, 'export const score = () => "good";');
    const failed = await tqstar(['score', ...pair, '--reward', `script:path=${script}`]);
    assert.equal(failed.stdout, '');
    assert.match(
      complaint(failed),
      /^tqstar: The script of the reward .* returned a string as a score/u,
    );
  });
});
