import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, complaint, tqstar } from './command-line.ts';

const prompt = ['--prompt', 'Say hello.'];
const tone = ['--reward', 'positive-tone'];
const long = 'word '.repeat(9000);

/** A command, the exit code it must end with, and what its sentence must say. */
type Case = readonly [name: string, args: readonly string[], exitCode: number, sentence: RegExp];

const usage: readonly Case[] = [
  ['no prompt', ['generate', ...tone], 2, /no prompt; give one with --prompt/u],
  ['two prompts', ['generate', ...prompt, '-'], 2, /more than one prompt/u],
  ['a stray word', ['generate', 'hello'], 2, /Unexpected argument "hello"/u],
  ['an unknown command', ['frobnicate'], 2, /unknown command 'frobnicate'/u],
  ['an unknown option', ['compare', '--frobnicate'], 2, /unknown option '--frobnicate'/u],
  ['a missing value', ['compare', '--alpha'], 2, /--alpha/u],
  ['a missing prompt file', ['generate', '--prompt-file', 'none.txt'], 2, /none\.txt/u],
  ['an unknown method', ['generate', '--method', 'beam'], 2, /"beam"; it must be one of sft,/u],
  ['alpha 0', ['generate', '--alpha', '0'], 2, /--alpha is "0"; it must be a number above 0/u],
  ['a negative alpha', ['generate', '--alpha', '-1'], 2, /--alpha is "-1"/u],
  ['an alpha that is not a number', ['generate', '--alpha', 'strong'], 2, /--alpha is "strong"/u],
  ['an infinite alpha', ['generate', '--alpha', 'Infinity'], 2, /--alpha is "Infinity"/u],
  ['an empty number', ['generate', '--seed', ''], 2, /--seed is ""/u],
  ['k below 1', ['generate', '--k', '0'], 2, /--k is "0"; it must be a whole number of 1/u],
  ['a fractional k', ['generate', '--k', '2.5'], 2, /--k is "2\.5"/u],
  ['a rollout length below 1', ['generate', '--rollout', '0'], 2, /--rollout is "0"/u],
  ['max-tokens below 1', ['generate', '--max-tokens', '0'], 2, /--max-tokens is "0"/u],
  ['a negative temperature', ['generate', '--temperature', '-1'], 2, /--temperature is "-1"/u],
  ['an empty stop string', ['generate', '--stop', ''], 2, /--stop is ""/u],
  ['a variable without a value', ['generate', '--template-var', 'x'], 2, /--template-var is "x"/u],
  [
    'control tokens in a prompt that is not raw',
    ['generate', ...prompt, '--control-tokens'],
    2,
    /give it with --raw/u,
  ],
  [
    'a chat template that is neither a name nor a file',
    ['generate', ...prompt, '--method', 'sft', '--chat-template', 'none.jinja'],
    2,
    /"none\.jinja" is neither one of chatml, llama3/u,
  ],
  ['an unknown shortcut', ['generate', '--without', 'luck'], 2, /--without is "luck".*look-ahead/u],
  [
    'an unknown format',
    ['generate', '--format', 'int4'],
    2,
    /"int4"; it must be one of auto, int8, fp32/u,
  ],
  ['an unknown device', ['generate', '--device', 'tpu'], 2, /"tpu"; it must be one of auto, cpu/u],
  [
    'an unknown reference of tq-indirect',
    ['generate', '--indirect-reference', 'x'],
    2,
    /one of derived, baseline/u,
  ],
  ['an unknown law', ['eval', '--rollout-law', 'x'], 2, /one of independent, common/u],
  [
    'an alpha too small to divide by',
    ['generate', ...prompt, ...tone, '--alpha', '1e-320'],
    2,
    /alpha is 1e-320; it must be at least 1e-100/u,
  ],
  ['an unknown role', ['generate', '--args-policy', 'x'], 2, /one of reference, baseline/u],
  ['no draft', ['rewrite', ...tone], 2, /draft/u],
  ['an empty draft', ['rewrite', '-', ...tone], 2, /The draft is empty/u],
  [
    'an unknown preset',
    ['rewrite', '-', '--preset', 'x'],
    2,
    /--preset is "x"; it must be one of/u,
  ],
  [
    'a preset and an instruction',
    ['rewrite', '-', '--preset', 'clearer', '--instruction', 'x'],
    2,
    /--instruction/u,
  ],
  ['nothing to score', ['score', ...tone], 2, /Give exactly one input.*--prompt with --response/u],
  [
    'half a pair',
    ['score', ...prompt, ...tone],
    2,
    /--prompt and --response must be given together/u,
  ],
  [
    'no reward to score with',
    ['score', ...prompt, '--response', 'x'],
    2,
    /rewards are positive-tone,/u,
  ],
  [
    'no reward for tq',
    ['generate', ...prompt],
    2,
    /tq needs --reward; the rewards are positive-tone,/u,
  ],
];

const afterLoading: readonly Case[] = [
  ['an empty prompt', ['generate', '--prompt', ' ', ...tone], 2, /prompt is empty/u],
  [
    'an over-long prompt',
    ['generate', '--prompt', long, ...tone, '--method', 'cd'],
    1,
    /prompt tokens.* of the 8192 positions/u,
  ],
  [
    'k beyond the vocabulary',
    ['generate', ...prompt, ...tone, '--method', 'cd', '--k', '50000'],
    2,
    /50000.*49152/u,
  ],
  [
    'one rollout for tq-indirect on pi_BL',
    [
      ...['generate', ...prompt, ...tone, '--method', 'tq-indirect', '--rollouts', '1'],
      ...['--indirect-reference', 'baseline'],
    ],
    2,
    /at least 2/u,
  ],
  [
    'an unknown reward',
    ['generate', ...prompt, '--reward', 'charm'],
    2,
    /charm.*the rewards are positive-tone/u,
  ],
  [
    'an unknown model',
    ['generate', ...prompt, ...tone, '--policy', 'gpt'],
    2,
    /no model "gpt"; the models are/u,
  ],
  [
    'a file that is not a model',
    ['generate', ...prompt, ...tone, '--policy', 'test/cli/bad-input.test.ts'],
    1,
    /bad-input\.test\.ts/u,
  ],
];

describe('tqstar with wrong input', () => {
  let folder: string;

  before(built);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [name, args, exitCode, sentence] of [...usage, ...afterLoading]) {
    it(`refuses ${name} with exit code ${String(exitCode)} and one sentence`, async () => {
      const result = await tqstar(args);

      assert.equal(result.exitCode, exitCode, result.stderr);
      assert.equal(result.stdout, '');
      assert.match(complaint(result), /^tqstar: [^\n]+[.)]$/u);
      assert.match(complaint(result), sentence);
    });
  }

  it('shows its help and exits with 2 without a command', async () => {
    const { exitCode, stdout, stderr } = await tqstar([]);

    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: tqstar/u);
  });

  it('refuses a prompt file that is not UTF-8', async () => {
    const file = join(folder, 'latin1.txt');
    await writeFile(file, Uint8Array.of(0x63, 0x61, 0x66, 0xe9));

    const result = await tqstar(['generate', '--prompt-file', file, ...tone]);
    assert.equal(result.exitCode, 2);
    assert.match(complaint(result), /latin1\.txt is not UTF-8/u);
  });

  it('names the truncated file of a shipped model and exits with 1', async () => {
    const models = join(folder, 'models');
    await cp('models', models, { recursive: true });
    const file = join(models, 'smollm2-135m-instruct', 'SmolLM2-135M-Instruct.Q4_1.gguf');
    await truncate(file, 1000);

    const env = { TQSTAR_MODELS: models };
    const result = await tqstar(['generate', ...prompt, ...tone], { env });
    assert.equal(result.exitCode, 1);
    assert.match(complaint(result), /Q4_1\.gguf has 1000 bytes, expected 98362432/u);

    const doctor = await tqstar(['doctor'], { env });
    assert.equal(doctor.exitCode, 1);
    assert.match(doctor.stdout, /PROBLEM {2}model smollm2-135m-instruct .*1000 bytes/u);
  });

  it('names a cache folder that cannot be written and exits with 1', async () => {
    const file = join(folder, 'not-a-folder');
    await writeFile(file, '');

    const env = { TQSTAR_CACHE: file };
    const result = await tqstar(['generate', ...prompt, ...tone], { env });
    assert.equal(result.exitCode, 1);
    assert.match(complaint(result), /cache folder .*not-a-folder.* cannot be written/u);

    const doctor = await tqstar(['doctor'], { env });
    assert.equal(doctor.exitCode, 1);
    assert.match(doctor.stdout, /PROBLEM {2}cache .*not-a-folder/u);
    assert.match(doctor.stdout, /set TQSTAR_CACHE to another/u);
  });
});
