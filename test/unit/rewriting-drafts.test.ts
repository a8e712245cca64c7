import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  chosenDrafts,
  draftPresets,
  heldOutFolder,
  readDrafts,
  type HeldOutDraft,
} from '../../src/bench/rewriting/drafts.ts';
import { missingFacts } from '../../src/bench/rewriting/listed-facts.ts';
import { TqError } from '../../src/protocol/errors.ts';

const project = join(import.meta.dirname, '../..');
const folder = join(project, heldOutFolder, 'drafts');

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** Sentences of eight words or more, in lower case and without marks. */
function sentencesOf(text: string): string[] {
  return text
    .split(/[.!?:;]\s|\n\s*\n/u)
    .map((sentence) => (sentence.match(/[\p{L}\p{N}']+/gu) ?? []).join(' ').toLowerCase())
    .filter((sentence) => sentence.split(' ').length >= 8);
}

describe('the held-out drafts', () => {
  let drafts: readonly HeldOutDraft[];

  before(async () => {
    drafts = await readDrafts(project);
  });

  it('are 60, each with its own id, and every file of the folder is listed', () => {
    assert.equal(drafts.length, 60);
    assert.equal(new Set(drafts.map(({ id }) => id)).size, 60);
    assert.deepEqual(drafts.map(({ file }) => file).sort(), filesIn(folder).sort());
  });

  it('have 20 to 250 words', () => {
    for (const { id, text } of drafts) {
      const words = text.split(/\s+/u).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;
      assert.ok(words >= 20 && words <= 250, `${id} has ${words} words`);
    }
  });

  it('say the facts and hold the markup that the index lists', () => {
    for (const { id, text, facts, keep } of drafts) {
      assert.deepEqual(missingFacts(text, facts), [], id);
      for (const part of keep) assert.ok(text.includes(part), `${id}: ${part}`);
    }
  });

  it('ask for every preset and for two own instructions', () => {
    const asked = drafts.map(({ preset }) => (typeof preset === 'string' ? preset : 'own'));
    for (const preset of draftPresets) {
      assert.ok(asked.filter((each) => each === preset).length >= 8, preset);
    }
    assert.equal(asked.filter((each) => each === 'own').length, 2);
  });

  it('have six in German, ten samples, and every kind of text', () => {
    assert.equal(drafts.filter(({ tongue }) => tongue === 'de').length, 6);
    assert.equal(drafts.filter(({ sample }) => sample).length, 10);
    const kinds = ['mail', 'docs', 'commit', 'bullets', 'readme', 'code', 'chat', 'latex', 'html'];
    for (const kind of [...kinds, 'rst', 'german']) {
      assert.ok(
        drafts.some((draft) => draft.kind === kind),
        kind,
      );
    }
  });

  it('share no sentence with the recipe of the rewriter', async () => {
    const recipe = join(project, 'models/recipes');
    const files = filesIn(recipe).filter((file) => /\.(?:py|ts|json|jsonl|txt|md)$/u.test(file));
    const texts = await Promise.all(files.map((file) => readFile(join(recipe, file), 'utf8')));
    const words = texts.map((text) => (text.match(/[\p{L}\p{N}']+/gu) ?? []).join(' '));
    const known = words.join('\n').toLowerCase();
    for (const { id, text } of drafts) {
      const shared = sentencesOf(text).filter((sentence) => known.includes(sentence));
      assert.deepEqual(shared, [], id);
    }
  });

  it('are chosen by id, and an unknown id is named', () => {
    assert.deepEqual(
      chosenDrafts(drafts, ['mail-boiler']).map(({ id }) => id),
      ['mail-boiler'],
    );
    assert.equal(chosenDrafts(drafts, undefined).length, 60);
    assert.throws(
      () => chosenDrafts(drafts, ['mail-boiler', 'mail-bowler']),
      (error: unknown) => error instanceof TqError && error.message.includes('"mail-bowler"'),
    );
  });

  it('need their folder', async () => {
    await assert.rejects(readDrafts(join(project, 'dist')), /The drafts cannot be read/u);
  });
});

describe('a listed fact', () => {
  const cases: readonly [string, string, boolean][] = [
    ['3', 'It takes 3 days.', true],
    ['3', 'It takes 30 days.', false],
    ['3', 'It takes 1.3 days.', false],
    ['2000', 'Values over 2000.', true],
    ['duplicate*', 'It finds duplicates.', true],
    ['not', 'Please note it.', false],
    ["*n't", 'We don’t know.', true],
    ['29 May', 'until 29\n * May', true],
    ['$14', 'costs $14 each', true],
    ['$14', 'costs $140', false],
    ['Ilse', 'ask ilse', true],
  ];

  for (const [fact, text, found] of cases) {
    it(`${found ? 'finds' : 'does not find'} ${fact} in "${text.replace(/\n/gu, '\\n')}"`, () => {
      assert.equal(missingFacts(text, [fact]).length === 0, found);
    });
  }

  it('is found in any of its wordings, and is named by the first', () => {
    const fact = ['12 March', 'March 12'];
    assert.deepEqual(missingFacts('on March 12', [fact]), []);
    assert.deepEqual(missingFacts('on March 13', [fact]), ['12 March']);
  });
});
