import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassifierReward } from '../../src/engine/reward/model/classifier.ts';
import { KeepsMeaning } from '../../src/engine/reward/model/keeps-meaning.ts';
import { cosine, SentenceEmbedder } from '../../src/engine/reward/model/sentence-embedder.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { prompt, response, scoreOf, scoresOf } from './reward-support.ts';

const miniLm = fileURLToPath(new URL('../../models/all-minilm-l6-v2', import.meta.url));
const classifier = fileURLToPath(new URL('../fixtures/classifier', import.meta.url));

describe('keeps-meaning', function () {
  this.timeout(30_000);
  let reward: KeepsMeaning;
  before(async () => {
    reward = await KeepsMeaning.load(miniLm);
  });

  it('prefers a rewrite of the draft to a text on another subject', async () => {
    const pairs = [
      [
        'the meeting is moved to tuesday at 3, tell the others',
        'Please let everyone know that we now meet on Tuesday at three.',
        'The quarterly figures look better than last year.',
      ],
      [
        'fix crash when config file empty',
        'Do not crash on an empty configuration file',
        'Add dark theme to the settings page',
      ],
    ] as const;
    for (const [draft, rewrite, other] of pairs) {
      const asked = prompt('Make this more formal.', draft);
      const [high, low] = await scoresOf(reward, [rewrite, other], asked);
      assert.ok(high! > low! + 0.3, `${high} is not well above ${low}`);
    }
  });

  it('scores 1 for the draft itself', async () => {
    const text = 'The release is on Monday.';
    assert.ok((await scoreOf(reward, text, prompt('Rewrite.', text))) > 0.9999);
  });

  it('compares with the prompt when there is no draft', async () => {
    const asked = prompt('How do I boil an egg?');
    const [near, far] = await scoresOf(
      reward,
      ['Boil the egg for six minutes.', 'Paris is in France.'],
      asked,
    );
    assert.ok(near! > far!);
    assert.equal(
      await scoreOf(reward, 'Boil it.', prompt(asked.text, ' ')),
      await scoreOf(reward, 'Boil it.', asked),
    );
  });

  it('stays in [0, 1] for unusual texts and scores 0 for an empty text', async () => {
    const odd = [
      '\ud800',
      '\u0000',
      '\u{1F600}'.repeat(3000),
      'word '.repeat(5000),
      'x'.repeat(60_000),
    ];
    for (const score of await scoresOf(reward, odd)) assert.ok(score >= 0 && score <= 1);
    assert.deepEqual(await scoresOf(reward, ['', ' \n']), [0, 0]);
    assert.ok(Number.isFinite(await scoreOf(reward, 'Hello.', prompt(''))));
  });

  it('scores a text independently of the other texts of a batch', async () => {
    const asked = prompt('Rewrite.', 'We leave at noon.');
    const texts = ['We go at twelve.', `We go. ${'And then we rest for a while. '.repeat(20)}`];
    const together = await scoresOf(reward, texts, asked);
    const reversed = await scoresOf(reward, [...texts].reverse(), asked);
    assert.deepEqual(reversed.reverse(), together);
  });

  it('counts the positions of each text once', async () => {
    const session = await reward.open(prompt('Rewrite.', 'A draft nobody has seen before.'));
    const draft = session.positions;
    assert.ok(draft > 5);
    await session.score([response('An answer nobody has seen before.')]);
    const first = session.positions;
    assert.ok(first > draft);
    await session.score([response('An answer nobody has seen before.')]);
    assert.equal(session.positions, first);
  });

  it('refuses to score for a cancelled request', async () => {
    const session = await reward.open(prompt('Rewrite.'));
    await assert.rejects(session.score([response('a')], AbortSignal.abort()), {
      name: 'AbortError',
    });
  });

  it('names the file that is missing from a model folder', async () => {
    await assert.rejects(KeepsMeaning.load(join(miniLm, 'onnx')), {
      code: ErrorCode.badModel,
      message: /has no config\.json/u,
    });
  });

  it('makes embeddings of unit length', async () => {
    const { vector } = await (await SentenceEmbedder.load(miniLm)).embed('Unit length.');
    assert.equal(vector.length, 384);
    assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-6);
  });
});

describe('classifier', function () {
  this.timeout(30_000);
  const folders: string[] = [];
  /** A copy of the fixture with a changed config.json. */
  const variant = async (change: object): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'classifier-'));
    folders.push(folder);
    await cp(classifier, folder, { recursive: true });
    const path = join(folder, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, ...change }));
    return folder;
  };
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  it('prefers texts of the chosen label', async () => {
    const joy = await ClassifierReward.load(classifier, { label: 'joy' });
    const anger = await ClassifierReward.load(classifier, { label: 'anger' });
    const texts = [
      'Thanks, we are delighted!',
      'This is unacceptable.',
      'The meeting is at three.',
    ];
    const [joyful, angry, plain] = await scoresOf(joy, texts);
    assert.ok(joyful! > 0.9 && angry! < 0.1 && plain! < 0.5);
    const [joyfulAnger, angryAnger] = await scoresOf(anger, texts);
    assert.ok(angryAnger! > 0.8 && joyfulAnger! < 0.1);
  });

  it('gives the softmax probability of the label', async () => {
    const joy = await ClassifierReward.load(classifier, { label: 'joy' });
    const expected = Math.exp(3) / (Math.exp(3) + 1 + Math.exp(0.5));
    assert.ok(Math.abs((await scoreOf(joy, 'happy')) - expected) < 1e-6);
  });

  it('accepts a label in any case or by its index', async () => {
    const scores = await Promise.all(
      ['anger', 'ANGER', '1'].map(async (label) =>
        scoreOf(await ClassifierReward.load(classifier, { label }), 'not happy'),
      ),
    );
    assert.equal(new Set(scores).size, 1);
  });

  it('gives the sigmoid if labels do not exclude each other', async () => {
    const folder = await variant({ problem_type: 'multi_label_classification' });
    const joy = await ClassifierReward.load(folder, { label: 'joy' });
    assert.ok(Math.abs((await scoreOf(joy, 'happy')) - 1 / (1 + Math.exp(-3))) < 1e-6);
  });

  it('stays in [0, 1] for unusual, long and empty texts', async () => {
    const joy = await ClassifierReward.load(classifier, { label: 'joy' });
    const texts = ['', '\ud800', '\u0000', 'happy '.repeat(5000), '\u{1F600}'.repeat(2000)];
    for (const score of await scoresOf(joy, texts)) assert.ok(score >= 0 && score <= 1);
  });

  it('counts the positions of the texts', async () => {
    const session = await (await ClassifierReward.load(classifier, { label: 'joy' })).open();
    await session.score([response('not happy'), response('thanks')]);
    assert.equal(session.positions, 4 + 3);
  });

  it('lists the labels when the label is missing or unknown', async () => {
    const labels = /joy \(0\), anger \(1\), neutral \(2\)/u;
    for (const label of [undefined, 'fear', '3', '-1']) {
      await assert.rejects(ClassifierReward.load(classifier, { label }), {
        code: ErrorCode.invalidInput,
        message: labels,
      });
    }
  });

  it('names a folder that is missing, has broken weights or is not a classifier', async () => {
    await assert.rejects(ClassifierReward.load(join(classifier, 'nowhere')), {
      code: ErrorCode.badModel,
      message: /nowhere' has no config\.json/u,
    });
    const cut = await variant({});
    await writeFile(join(cut, 'onnx', 'model.onnx'), 'not a model');
    await assert.rejects(ClassifierReward.load(cut, { label: 'joy' }), {
      code: ErrorCode.badModel,
      message: /cannot be loaded/u,
    });
    const unlabelled = await variant({ id2label: undefined });
    await assert.rejects(ClassifierReward.load(unlabelled), { code: ErrorCode.badModel });
  });
});
