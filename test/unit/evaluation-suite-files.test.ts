import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { methodsFor } from '../../src/evaluation/suites/methods.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import { readPrompts } from '../../src/evaluation/suites/prompts.ts';
import type { PromptSource } from '../../src/evaluation/suites/suite.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { refusal } from './refusal.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tqstar-suites-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a suite in a file', () => {
  const setup = { id: 'one', baseline: 'b', reward: 'length', prompts: ['Say hello.', 'Go.'] };
  const choices = () => ({ modelsFolder: folder, implicitBaselineReward: false });

  beforeEach(() => writeFile(join(folder, 'manifest.json'), '{"models":[]}'));

  const write = async (content: unknown): Promise<string> => {
    const file = join(folder, 'mine.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  it('has defaults for all but its ids, baseline, reward and prompts', async () => {
    const suite = await write({ setups: [setup] });
    const { name, title, setups } = await openSuite({ ...choices(), suite });
    assert.deepEqual([name, title], ['mine', 'mine']);
    const [first] = setups;
    assert.equal(first!.title, 'b to length');
    assert.match(first!.policy, /smollm2/u);
    assert.deepEqual([first!.rewardBaseline, first!.transfer], [null, 'direct']);
    assert.deepEqual(
      first!.methods,
      methodsFor('direct').filter((method) => method !== 'bon' && method !== 'bon-dpo'),
    );
    assert.deepEqual(first!.options, {});
    assert.equal(first!.promptSource, 'the suite file');
    assert.deepEqual(first!.prompts, [
      { text: 'Say hello.', raw: false },
      { text: 'Go.', raw: false },
    ]);
  });

  it('may start with a byte order mark, and may not be UTF-16', async () => {
    const content = `\uFEFF${JSON.stringify({ setups: [setup] })}`;
    assert.equal((await openSuite({ ...choices(), suite: await write(content) })).name, 'mine');
    const file = join(folder, 'wide.json');
    await writeFile(file, content, 'utf16le');
    await assert.rejects(
      openSuite({ ...choices(), suite: file }),
      refusal(`The suite file ${file} is UTF-16 text; save it as UTF-8.`),
    );
  });

  it('keeps what it states', async () => {
    const stated = {
      ...setup,
      ...{ title: 'First', policy: 'p', rewardBaseline: 'concision', transfer: 'direct' },
      ...{
        methods: ['sft', 'tq'],
        options: { alpha: 0.5, beta: 2, k: 3, rollout: 4, rollouts: 5 },
      },
    };
    const suite = await write({ title: 'Mine', setups: [stated] });
    const { title, setups } = await openSuite({ ...choices(), suite });
    assert.equal(title, 'Mine');
    const { prompts, ...rest } = setups[0]!;
    assert.equal(prompts.length, 2);
    assert.deepEqual(rest, {
      ...{ id: 'one', title: 'First', policy: 'p', baseline: 'b', reward: 'length' },
      ...{ rewardBaseline: 'concision', transfer: 'direct', methods: ['sft', 'tq'] },
      ...{ options: stated.options, promptSource: 'the suite file', readsWhole: false },
    });
  });

  it('gives the chosen setups, methods and number of prompts, and no named r_BL if it is implicit', async () => {
    const other = { ...setup, id: 'two', rewardBaseline: 'concision' };
    const suite = await write({ setups: [setup, other] });
    const { setups } = await openSuite({
      ...choices(),
      ...{ suite, setups: ['two'], methods: ['sft'], n: 1, implicitBaselineReward: true },
    });
    const found = setups.map((each) => [each.id, each.methods, each.prompts.length]);
    assert.deepEqual(found, [['two', ['sft'], 1]]);
    assert.equal(setups[0]!.rewardBaseline, null);
    assert.equal(setups[0]!.transfer, 'indirect');
  });

  it('is refused with a setup that it does not have', async () => {
    const suite = await write({ setups: [setup, { ...setup, id: 'two' }] });
    await assert.rejects(
      openSuite({ ...choices(), suite, setups: ['three'] }),
      refusal('The suite mine has no setup "three"; it has one, two.', ErrorCode.unknownId),
    );
  });

  it('is refused with a sentence that names the file and the place', async () => {
    for (const [content, sentence] of [
      ['{}', 'is invalid at setups: Invalid input: expected array, received undefined.'],
      ['3', 'is invalid at the file: Invalid input: expected object, received number.'],
      [
        { setups: [{ ...setup, id: 'a b' }] },
        'is invalid at setups.0.id: it must be 1 to 80 letters, digits, dots and hyphens.',
      ],
      [{ setups: [setup, setup] }, 'has two setups "one"; each id must be unique.'],
    ] as const) {
      const suite = await write(content);
      await assert.rejects(
        openSuite({ ...choices(), suite }),
        refusal(`The suite file ${suite} ${sentence}`),
      );
    }
  });

  it('is refused with options out of range', async () => {
    for (const options of [
      { alpha: 0 },
      { beta: -1 },
      { k: 0 },
      { rollout: 1.5 },
      { rollouts: 0 },
    ]) {
      const suite = await write({ setups: [{ ...setup, options }] });
      await assert.rejects(openSuite({ ...choices(), suite }), TqError);
    }
  });

  it('is refused when it cannot be read, by its path', async () => {
    for (const suite of [join(folder, 'none'), 'none.json']) {
      await assert.rejects(
        openSuite({ ...choices(), suite }),
        refusal(`The suite file ${suite} cannot be read (ENOENT).`),
      );
    }
  });

  it('is named by its file without .json at the end', async () => {
    const file = join(folder, 'my.json.v2.json');
    await writeFile(file, JSON.stringify({ setups: [setup] }));
    assert.equal((await openSuite({ ...choices(), suite: file })).name, 'my.json.v2');
  });

  it('is a file only with .json at the end or in a folder; else it is a name', async () => {
    await assert.rejects(openSuite({ ...choices(), suite: 'none.jsonx' }), (error: unknown) => {
      assert.ok(error instanceof TqError && error.code === ErrorCode.unknownId);
      assert.match(
        error.message,
        /^There is no suite "none\.jsonx"; .*or the path of a JSON file\.$/u,
      );
      return true;
    });
  });

  it('finds prompts beside it or by an absolute path', async () => {
    await mkdir(join(folder, 'p'));
    const file = join(folder, 'p', 'a.jsonl');
    await writeFile(file, '{"prompt":"x"}');
    for (const prompts of ['p/a.jsonl', file]) {
      const suite = await write({ setups: [{ ...setup, prompts }] });
      const { setups } = await openSuite({ ...choices(), suite });
      assert.equal(setups[0]!.prompts[0]!.text, 'x');
      assert.equal(setups[0]!.promptSource, prompts);
    }
  });
});

describe('prompts', () => {
  const sourceOf = async (
    kind: 'lines' | 'dialogues',
    content: string | Uint8Array,
    ending = 'jsonl',
  ): Promise<PromptSource> => {
    const file = join(folder, `p.${ending}`);
    await writeFile(file, content);
    return { kind, file, name: 'mine' };
  };
  const dialogue = (text: string): string => JSON.stringify({ chosen: text });

  it('are read line by line, with draft and system message, also from a compressed file', async () => {
    const text = '{"prompt":"a","system":"s","raw":true}\n \n{"prompt":"b","draft":"d"}\n';
    const expected = [
      { text: 'a', raw: true, system: 's' },
      { text: 'b', raw: false, draft: 'd' },
    ];
    const plain = await sourceOf('lines', text);
    assert.deepEqual(await readPrompts(plain, undefined, 60), expected);
    const small = await sourceOf('lines', gzipSync(text), 'jsonl.gz');
    assert.deepEqual(await readPrompts(small, undefined, 60), expected);
  });

  it('may start with a byte order mark, also compressed, and may not be UTF-16', async () => {
    const text = '\uFEFF{"prompt":"a"}\n';
    const expected = [{ text: 'a', raw: false }];
    const plain = await sourceOf('lines', text);
    assert.deepEqual(await readPrompts(plain, undefined, 60), expected);
    const small = await sourceOf('lines', gzipSync(text), 'jsonl.gz');
    assert.deepEqual(await readPrompts(small, undefined, 60), expected);
    const wide = await sourceOf('lines', Buffer.from(text, 'utf16le'));
    await assert.rejects(
      readPrompts(wide, undefined, 60),
      refusal('The prompts mine cannot be used: the file is UTF-16 text; save it as UTF-8.'),
    );
  });

  it('are the first questions of dialogues, those of one turn first, none twice', async () => {
    const source = await sourceOf(
      'dialogues',
      [
        dialogue('\n\nHuman: Long? \n\nAssistant: Yes.\n\nHuman: Why?\n\nAssistant: So.'),
        dialogue('\n\nHuman: Short?\n\nAssistant: No.'),
        dialogue('\n\nHuman: Short?\n\nAssistant: Maybe.'),
        dialogue('\n\nHuman: Alone'),
        dialogue('\n\nHuman: \n\nAssistant: What?'),
        dialogue('\n\nAssistant: Nobody asked.'),
      ].join('\n'),
    );
    assert.deepEqual(
      await readPrompts(source, undefined, 60),
      ['Short?', 'Alone', 'Long?'].map((text) => ({ text, raw: false })),
    );
  });

  it('are as many as asked for, or as usual if there are as many', async () => {
    const prompts = ['a', 'b', 'c'].map((text) => ({ text, raw: false }));
    const given = { kind: 'given', prompts } as const;
    assert.equal((await readPrompts(given, undefined, 2)).length, 2);
    assert.equal((await readPrompts(given, undefined, 60)).length, 3);
    assert.equal((await readPrompts(given, 3, 2)).length, 3);
    await assert.rejects(
      readPrompts(given, 4, 60),
      refusal('--n is 4; it must be at most 3, the number of prompts (The suite).'),
    );
  });

  it('are refused with the line, or the number of the prompt, that is wrong', async () => {
    for (const [content, message] of [
      [
        '{"prompt":"a"}\n{"draft":"b"}',
        'Line 2 of mine is not an object with the text of a prompt.',
      ],
      ['{"prompt":"a"}\n\nhello', 'Line 3 of mine is not an object with the text of a prompt.'],
      ['', 'The file mine has no prompts; an evaluation needs at least 1.'],
      ['{"prompt":""}', 'Prompt 1 is empty (The file mine); each prompt must contain text.'],
      [
        '{"prompt":"a"}\n{"prompt":" "}',
        'Prompt 2 is empty (The file mine); each prompt must contain text.',
      ],
    ] as const) {
      const source = await sourceOf('lines', content);
      await assert.rejects(readPrompts(source, undefined, 60), refusal(message));
    }
  });

  it('are refused with the reason when their file is missing', async () => {
    const file = join(folder, 'none');
    await assert.rejects(
      readPrompts({ kind: 'lines', file, name: 'mine' }, undefined, 60),
      refusal('The prompts mine cannot be read (ENOENT).'),
    );
    await assert.rejects(
      readPrompts({ kind: 'lines', file, name: 'models/recipes/data/x' }, undefined, 60),
      refusal(
        'The prompts models/recipes/data/x are missing (ENOENT); this suite needs a clone of the project, so name a suite file instead.',
      ),
    );
  });
});
