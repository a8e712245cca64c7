import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TinyModels } from '../engine/tiny-models.ts';
import { built, complaint, outcome, start, tqstar, type Outcome } from './command-line.ts';

interface Line {
  readonly key: string;
  readonly text: string;
  readonly seed: number;
  readonly settings: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly wallMs: number }[];
}

describe('tqstar eval', () => {
  let tiny: TinyModels;
  let folder: string;
  let suite: string;

  before(built);
  before(() => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-reward');
    tiny.addTokenizer('llama-grouped');
  });
  after(() => {
    tiny.remove();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tqstar-eval-'));
    suite = writeSuite({});
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function writeSuite(changes: Readonly<Record<string, unknown>>): string {
    const file = join(folder, 'suite.json');
    const setup = {
      id: 'tiny',
      policy: tiny.folder('llama-grouped'),
      baseline: tiny.folder('lora-policy'),
      reward: 'length:words=12',
      prompts: ['w5 w9 w33 w70 w12', 'w1 w2'],
      methods: ['sft', 'tq'],
      ...changes,
    };
    writeFileSync(file, JSON.stringify({ title: 'Tiny', setups: [setup] }));
    return file;
  }

  const out = (name = 'out'): string => join(folder, name);
  const args = (name = 'out', ...more: readonly string[]): string[] => [
    ...['eval', '--suite', suite, '--out', out(name), '--max-tokens', '24', ...more],
  ];
  /** Complete lines only; the last one may still be growing. */
  const responses = (name = 'out'): Line[] =>
    readFileSync(join(out(name), 'responses.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);

  /** All tables that do not depend on the clock. */
  function tables(name: string): Record<string, string> {
    const files = readdirSync(out(name)).filter((file) => /\.csv$/u.test(file));
    return Object.fromEntries(
      files
        .filter((file) => file !== 'times.csv')
        .map((file) => [file, readFileSync(join(out(name), file), 'utf8')]),
    );
  }

  function refused(result: Outcome, exitCode: number, pattern: RegExp): void {
    assert.equal(result.exitCode, exitCode, result.stderr);
    const last = complaint(result).split('\n').at(-1)!;
    assert.match(last, /^tqstar: [^\n]+[.)]$/u);
    assert.match(last, pattern);
  }

  it('resumes a killed run, computes nothing twice and writes the same report', async () => {
    const whole = await tqstar(args('whole'));
    assert.equal(whole.exitCode, 0, whole.stderr);

    const child = start(args('killed'));
    const ended = outcome(child);
    await new Promise<void>((resolve) => {
      const watcher = watch(folder, { recursive: true }, (_, file) => {
        if (file?.endsWith('responses.jsonl') !== true || responses('killed').length === 0) return;
        watcher.close();
        process.kill(-child.pid!, 'SIGKILL');
        resolve();
      });
    });
    await ended;
    const before = responses('killed');
    const resumed = await tqstar(args('killed'));

    assert.equal(resumed.exitCode, 0, resumed.stderr);
    assert.deepEqual(responses('killed').slice(0, before.length), before);
    const keys = responses('killed').map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(
      keys,
      responses('whole').map(({ key }) => key),
    );
    assert.deepEqual(tables('killed'), tables('whole'));
  });

  it('records steps, seed and versions of each response, and reuses them in a second run', async () => {
    await tqstar(args());
    const first = readFileSync(join(out(), 'responses.jsonl'), 'utf8');
    const again = await tqstar(args());

    assert.equal(again.exitCode, 0, again.stderr);
    assert.equal(readFileSync(join(out(), 'responses.jsonl'), 'utf8'), first);
    const lines = responses();
    assert.deepEqual(
      lines.map(({ seed }) => seed),
      [0, 0, 1, 1],
    );
    for (const { steps, versions, settings } of lines) {
      assert.ok(steps.length >= 1 && steps.length <= 24, String(steps.length));
      assert.deepEqual(Object.keys(versions), ['tqstar', 'onnxruntime', 'node']);
      assert.match(settings, /^[0-9a-f]{20}$/u);
    }
  });

  it('writes the same texts with two engines in parallel', async () => {
    await tqstar(args('one'));
    await tqstar(args('two', '--engines', '2'));
    const texts = (name: string) =>
      responses(name)
        .map(({ key, text }) => [key, text] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));

    assert.deepEqual(texts('two'), texts('one'));
    assert.deepEqual(tables('two')['rewards.csv'], tables('one')['rewards.csv']);
  });

  it('writes a report with an ablation and a reward as judge, and escapes its text', async () => {
    suite = writeSuite({
      title: '<b>bold</b>',
      reward: tiny.folder('lora-reward'),
      rewardBaseline: 'length:words=5',
      methods: ['sft', 'dpo', 'dt', 'tq-indirect'],
    });
    const judged = ['--judge-reward', 'length:words=3', '--ablate', 'k=4,2', 'alpha=1,0.0625'];
    const result = await tqstar([...args('out', ...judged), '--max-tokens', '4']);

    assert.equal(result.exitCode, 0, result.stderr);
    for (const file of result.stdout.trimEnd().split('\n'))
      assert.ok(readFileSync(file).length > 0);
    const page = readFileSync(join(out(), 'report.html'), 'utf8');
    assert.ok(page.includes('&lt;b&gt;bold&lt;/b&gt;') && !page.includes('<b>'));
    assert.equal(page.match(/<svg /gu)?.length, 6);
    const winTie = readFileSync(join(out(), 'win-tie.csv'), 'utf8').trimEnd().split('\r\n');
    assert.equal(winTie.length, 1 + 3);
    assert.ok(winTie.slice(1).every((row) => row.includes('the reward length:words=3')));
    const ablation = readFileSync(join(out(), 'ablation.csv'), 'utf8').trimEnd().split('\r\n');
    assert.equal(ablation.length, 1 + 4 + 4);
    const points = ablation.slice(1, 5).map((row) => row.split(',').slice(2, 4).join(' '));
    assert.deepEqual(points, ['2 0.0625', '2 1', '4 0.0625', '4 1']);
    const markdown = readFileSync(join(out(), 'report.md'), 'utf8');
    assert.match(markdown, /\| 2 \| 0\.0625 \|/u);
  });

  it('uses an endpoint as judge and names it in the table', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.end(JSON.stringify({ choices: [{ message: { content: '6 6' } }] }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const judge = ['--judge', `http://127.0.0.1:${port}/v1`, '--judge-model', 'rater'];
    const result = await tqstar(args('out', ...judge));
    server.close();

    assert.equal(result.exitCode, 0, result.stderr);
    assert.match(
      readFileSync(join(out(), 'win-tie.csv'), 'utf8'),
      new RegExp(`rater at 127\\.0\\.0\\.1:${port},100,100,100,0,2,0,0`, 'u'),
    );
  });

  it('keeps every text in a file that tqstar score reads, sampled texts with each seed', async () => {
    suite = writeSuite({ methods: ['sft', 'bon', 'bon-dpo'] });
    const sampled = ['--best-of', '1,3', '--seeds', '2', '--max-tokens', '6'];
    const result = await tqstar([...args('out'), ...sampled]);

    assert.equal(result.exitCode, 0, result.stderr);
    const file = join(out(), 'texts.jsonl.gz');
    const texts = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    const recorded = texts.map((line) => JSON.parse(line) as { reward: number; response: string });
    assert.equal(recorded.length, 2 + 2 * 2 * 2 * 2);
    const scored = await tqstar(['score', '--jsonl', file, '--reward', 'length:words=12']);
    assert.equal(scored.exitCode, 0, scored.stderr);
    assert.deepEqual(
      scored.stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { reward: number }).reward),
      recorded.map(({ reward }) => reward),
    );
    const page = readFileSync(join(out(), 'report.html'), 'utf8');
    for (const { response } of recorded.slice(0, 2)) assert.ok(page.includes(response));
  });

  it('stops at the first interrupt and says once how to resume', async () => {
    const child = start(args('out', '--max-tokens', '200'));
    const ended = outcome(child);
    await once(child.stderr, 'data');
    process.kill(-child.pid!, 'SIGINT');
    const { exitCode, stderr } = await ended;

    assert.equal(exitCode, 130, stderr);
    assert.deepEqual(stderr.match(/^tqstar: .*$/gmu), [
      'tqstar: Interrupted. Run the same command again to resume.',
    ]);
  });

  const unwritten = (): void => {
    assert.throws(() => responses(), /ENOENT/u);
  };

  for (const [name, more, exitCode, pattern] of [
    ['an unknown method', ['--methods', 'sft,beam'], 2, /"beam"; it must be one of sft, dpo/u],
    ['a method twice', ['--methods', 'sft,sft'], 2, /each entry may be there only once/u],
    ['more prompts than the suite has', ['--n', '3'], 2, /--n is 3; it must be at most 2/u],
    ['zero prompts', ['--n', '0'], 2, /--n is "0"/u],
    ['a wrong number', ['--alpha', 'strong'], 2, /--alpha is "strong"; it must be a number above/u],
    ['a wrong ablation', ['--ablate', 'beta=1'], 2, /--ablate has "beta=1"/u],
    ['an N twice', ['--best-of', '4,4'], 2, /--best-of is "4,4"; each entry/u],
    ['an unknown question to the judge', ['--judge-prompt', 'x'], 2, /one of default, paper/u],
    ['an unknown setup', ['--setups', 'x'], 2, /no setup "x"; it has tiny/u],
    ['two judges', ['--judge', 'http://x', '--judge-reward', 'length'], 2, /one judge/u],
    ['a judge without a model', ['--judge', 'http://127.0.0.1'], 2, /--judge-model/u],
    ['an invalid address of a judge', ['--judge', 'rater', '--judge-model', 'm'], 2, /http/u],
    [
      'a judge that is down',
      ['--judge', 'http://127.0.0.1:9/v1', '--judge-model', 'm'],
      1,
      /127\.0\.0\.1:9.* cannot be reached/u,
    ],
  ] as const) {
    it(`refuses ${name} before anything is written`, async () => {
      refused(await tqstar(args('out', ...more)), exitCode, pattern);
      unwritten();
    });
  }

  it('refuses an unknown suite', async () => {
    suite = 'poems';
    refused(await tqstar(args()), 2, /no suite "poems"; it must be one of hh-harmless/u);
  });

  it('names setup and method of a missing model before any response is written', async () => {
    suite = writeSuite({ baseline: 'no-such-dpo' });

    refused(
      await tqstar(args()),
      2,
      /The method tq of the setup tiny cannot run: .*"no-such-dpo"/u,
    );
    assert.equal(readFileSync(join(out(), 'responses.jsonl'), 'utf8'), '');
  });

  it('refuses a folder with different settings', async () => {
    await tqstar(args());

    refused(
      await tqstar(args('out', '--alpha', '0.5')),
      2,
      /other settings \(alpha was null and is now 0\.5\)/u,
    );
  });
});

describe('tqstar theory', () => {
  before(built);

  it('draws gaps and bounds by exact enumeration, without violations', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tqstar-theory-'));
    const small = ['--mdps', '5', '--vocabulary', '3', '--horizon', '3'];
    const result = await tqstar(['theory', '--out', folder, ...small, '--alphas', '0.1,1']);

    assert.equal(result.exitCode, 0, result.stderr);
    assert.match(
      readFileSync(join(folder, 'report.md'), 'utf8'),
      /Cases in which a side exceeds its bound: 0 of 50\./u,
    );
    assert.equal(readFileSync(join(folder, 'report.html'), 'utf8').match(/<svg /gu)?.length, 8);
    rmSync(folder, { recursive: true });
  });

  it('stops at an interrupt, writes nothing and does not offer to resume', async () => {
    const folder = join(tmpdir(), `tqstar-theory-${process.pid}`);
    const child = start(['theory', '--out', folder, '--mdps', '500']);
    const ended = outcome(child);
    await once(child.stderr, 'data');
    process.kill(-child.pid!, 'SIGINT');
    const { exitCode, stderr } = await ended;

    assert.equal(exitCode, 130, stderr);
    assert.deepEqual(stderr.match(/^tqstar: .*$/gmu), ['tqstar: Interrupted.']);
    assert.throws(() => readFileSync(join(folder, 'report.md')), /ENOENT/u);
  });

  it('refuses MDPs too large to enumerate', async () => {
    const { exitCode, stderr } = await tqstar(['theory', '--out', '/tmp/x', '--horizon', '20']);

    assert.equal(exitCode, 2);
    assert.match(stderr, /it must be at most 20000\.\n$/u);
  });
});
