import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gone } from '../harness/processes.ts';
import { buildEngine } from './engine-program.ts';
import { TinyModels } from './tiny-models.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const base = 'llama-grouped';
const prompt = { text: 'w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16' };

describe('an engine whose parent is killed', function () {
  this.timeout('2m');

  let tiny: TinyModels;

  before(() => {
    buildEngine();
  });

  beforeEach(() => {
    tiny = new TinyModels(base);
    tiny.addTokenizer(base);
  });

  afterEach(() => {
    tiny.remove();
  });

  /** Sends a request to an engine, and kills its parent when it is busy or has answered. */
  async function killParent(options: object): Promise<string> {
    const program = join(import.meta.dirname, 'busy-parent.ts');
    const params = JSON.stringify({ prompt, options: { format: 'fp32', ...options } });
    const parent = spawn(process.execPath, ['--import', 'tsx', program, params], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TQSTAR_TEST_CACHE: tiny.folder('cache') },
    });
    let engine = 0;
    let state = '';
    for await (const line of createInterface({ input: parent.stdout })) {
      if (line.startsWith('engine ')) engine = Number(line.slice('engine '.length));
      else state = line;
      if (state !== '') break;
    }
    parent.kill('SIGKILL');
    await gone(engine);
    return state;
  }

  const plain = () => ({ policy: tiny.folder(base), method: 'sft', maxTokens: 2 });

  it('ends while a chat template renders without end', async () => {
    const endless =
      '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}';
    tiny.write(join(base, 'chat_template.jinja'), endless);
    // On a machine with much else to do, its limit of time may come first.
    assert.match(await killParent(plain()), /^busy$|chat template/u);
  });

  it('ends while a regular expression of the tokenizer backtracks', async () => {
    tiny.configure(
      base,
      {
        pre_tokenizer: {
          type: 'Split',
          pattern: { Regex: '(?:[\\s\\S]+)+\\u0000' },
          behavior: 'Isolated',
          invert: false,
        },
      },
      'tokenizer.json',
    );
    assert.match(await killParent(plain()), /^busy$|tokenizer/u);
  });

  it('ends while a classifier runs an endless loop', async () => {
    const classifier = tiny.folder('classifier');
    cpSync(join(fixtures, 'classifier'), classifier, { recursive: true });
    const model = 'onnx/model.onnx';
    copyFileSync(join(fixtures, 'classifier-endless', model), join(classifier, model));
    const reward = { id: 'x', type: 'classifier', path: classifier, label: 'joy' };
    const options = { policy: tiny.folder(base), reward, alpha: 1, rollout: 1, maxTokens: 1 };
    assert.equal(await killParent(options), 'busy');
  });

  for (const file of ['tokenizer.json', 'z.safetensors']) {
    it(`ends with a named pipe as ${file}`, async () => {
      const path = join(tiny.folder(base), file);
      rmSync(path, { force: true });
      execFileSync('mkfifo', [path]);
      assert.match(await killParent(plain()), /answer/u);
    });
  }

  it('ends while best-of-N draws 5,000 responses', async () => {
    const options = { method: 'bon', rollouts: 5000, maxTokens: 64, reward: 'positive-tone' };
    assert.match(
      await killParent({ policy: tiny.folder(base), ...options }),
      /^(?:busy|working)$/u,
    );
  });
});
