import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadCount } from '../../src/engine/library/thread-count.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { ClassifierReward } from '../../src/engine/reward/model/classifier.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { fixture, temporaryFolder } from './model-folder.ts';
import { refusal } from './refusal.ts';
import { scoreOf } from './reward-support.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

describe('a model folder', () => {
  const misplaced: readonly (readonly [string, (path: string) => void])[] = [
    ['a folder', (path) => mkdirSync(path)],
    ['a link to nothing', (path) => symlinkSync(join(folder.path, 'nowhere'), path)],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a link to standard input', (path) => symlinkSync('/dev/stdin', path)],
  ];
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json']) {
    for (const [what, make] of misplaced) {
      it(`is refused in one sentence if its ${name} is ${what}`, async function () {
        if (process.platform === 'win32') this.skip();
        for (const file of ['config.json', 'model.safetensors']) {
          if (file !== name) cpSync(fixture('llama-grouped', file), join(folder.path, file));
        }
        make(join(folder.path, name));
        const opened = openModel(folder.path).then(async (model) => {
          try {
            await model.tokenizer();
          } finally {
            await model.close();
          }
        });
        await assert.rejects(opened, refusal(/^[^\n]+\.$/u, ErrorCode.badModel));
      });
    }
  }
});

describe('a reward that is nested 3,000 levels deep', () => {
  const deep = (levels: number): string => {
    const start = '{"id":"a","type":"sum","parts":[{"weight":1,"reward":';
    return start.repeat(levels) + '"length"' + '}]}'.repeat(levels);
  };

  it('is refused in one sentence, as a file and as an object', async () => {
    const file = folder.write('deep.json', deep(3000));
    const context = { modelsFolder: folder.path };
    for (const spec of [file, JSON.parse(deep(3000)) as unknown]) {
      await assert.rejects(
        createReward(spec, context),
        refusal(/^The reward definition .*nested more than 64 levels deep\.$/u),
      );
    }
  });
});

describe('a tokenizer.json', () => {
  const words = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: { a: 0, b: 1 }, unk_token: 'a' },
  };
  const pairs = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
  const wrong: readonly (readonly [string, object, RegExp])[] = [
    [
      'with a sequence of decoders without decoders',
      { decoder: { type: 'Sequence' } },
      /its decoder is a Sequence without a list "decoders"\.$/u,
    ],
    [
      'with a step without a type',
      { normalizer: { type: 'Sequence', normalizers: [{}] } },
      /its normalizer has a step without a type\.$/u,
    ],
    [
      'with steps that are nested too deep',
      {
        decoder: Array.from({ length: 50 }).reduce<object>(
          (inner) => ({ type: 'Sequence', decoders: [inner] }),
          { type: 'Fuse' },
        ),
      },
      /its decoder is nested more than 16 levels deep\.$/u,
    ],
    [
      'with merges that are numbers',
      { model: { ...pairs, merges: [5] } },
      /tokenizer cannot be used: its files have a missing or wrong setting/u,
    ],
    [
      'with a token id that is no integer',
      { model: { ...words.model, vocab: { a: 0, b: 4294967296.5 } } },
      /the id of "b" is not an integer of 0 or more\.$/u,
    ],
    [
      'with a token id beyond all tables',
      { model: { ...words.model, vocab: { a: 0, b: 4294967296 } } },
      /^The tokenizer has the token id 4294967296; at most 16777216 is allowed\.$/u,
    ],
    [
      'with a piece that is a number',
      {
        model: {
          type: 'Unigram',
          unk_id: 0,
          vocab: [
            ['a', 0],
            [5, -1],
          ],
        },
      },
      /entry 1 of its vocabulary is not a text with a number\.$/u,
    ],
    [
      'with a pattern that is no regular expression',
      { pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } },
      /^The model's tokenizer cannot be used: [^\n]*\.$/u,
    ],
  ];
  for (const [what, change, sentence] of wrong) {
    it(`${what} is refused in one sentence`, async () => {
      folder.write('tokenizer.json', JSON.stringify({ ...words, ...change }));
      const used = tokenizerFromFolder(folder.path).then((tokenizer) => {
        tokenizer.decode(tokenizer.encode('a b'));
      });
      await assert.rejects(used, refusal(sentence, ErrorCode.badModel));
    });
  }

  it('decodes no tokens, and tokens that it does not have, to nothing', async () => {
    folder.write('tokenizer.json', JSON.stringify(words));
    const tokenizer = await tokenizerFromFolder(folder.path);
    assert.equal(tokenizer.decode([]), '');
    assert.equal(tokenizer.decode([77]), '');
  });
});

describe('a classifier whose run fails', () => {
  it('says which folder, and why, in one sentence', async () => {
    cpSync(join(import.meta.dirname, '../fixtures/classifier'), folder.path, { recursive: true });
    const file = join(folder.path, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as {
      model: { vocab: Record<string, number> };
    };
    // The embedding has no such row.
    tokenizer.model.vocab['happy'] = 4000;
    writeFileSync(file, JSON.stringify(tokenizer));
    const joy = await ClassifierReward.load(folder.path, { label: 'joy' });
    const sentence =
      /^The model folder '.*' cannot be used: its model fails on a text \([^\n]*\)\.$/u;
    await assert.rejects(scoreOf(joy, 'happy'), refusal(sentence, ErrorCode.badModel));
  });
});

describe('a threads.json with numbers that no measurement has', () => {
  for (const times of [
    [{ threads: -2, milliseconds: 1 }],
    [{ threads: 2, milliseconds: -1 }],
    [{ threads: 0.5, milliseconds: 1 }],
    [],
  ]) {
    it(`is measured again: ${JSON.stringify(times)}`, async () => {
      const machine = { processor: () => Promise.resolve('cpu'), load: () => 0, now: () => 0 };
      const file = folder.write('threads.json', '');
      const count = new ThreadCount(file, {}, 4, machine);
      await count.measure(() => Promise.resolve({ quickest: 1, median: 1 }));
      const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...kept, times }));
      const { threads, reason } = await new ThreadCount(file, {}, 4, machine).known();
      assert.deepEqual([threads, reason], [4, 'all threads of the processor; not measured yet']);
    });
  }
});
