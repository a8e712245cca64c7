import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TqError, ErrorCode } from '../../src/protocol/errors.ts';
import { findLocations } from '../../src/engine/exports/parity.ts';
import { compareModel } from '../../scripts/parity/compare.ts';
import { type OwnModel, OwnModels } from '../../scripts/parity/own-model.ts';
import { type Answers, parseAnswers, readAnswers } from '../../scripts/parity/reference.ts';
import { tableOf } from '../../scripts/parity/report.ts';
import { overall, type Row, type Subject, subjects } from '../../scripts/parity/verdict.ts';
import { fixtures } from './compiled.ts';

/** The fixtures with a reference of a language model; those of rewards alone have only "cases". */
const recorded = readdirSync(fixtures).filter((name) => {
  const file = join(fixtures, name, 'reference.json');
  if (!existsSync(file)) return false;
  const reference = JSON.parse(readFileSync(file, 'utf8')) as object;
  return 'logits' in reference || 'tokens' in reference;
});

const models = new OwnModels({
  ...findLocations(process.env),
  cache: join(import.meta.dirname, '../../.cache'),
});

const referenceOf = (name: string): Promise<Answers> =>
  readAnswers(join(fixtures, name, 'reference.json'));

function pathOf(name: string): string {
  const file = join(fixtures, name, 'model.gguf');
  return existsSync(file) ? file : join(fixtures, name);
}

async function withModel<T>(name: string, use: (own: OwnModel) => Promise<T>): Promise<T> {
  const own = await models.open(await models.place(pathOf(name)));
  try {
    return await use(own);
  } finally {
    await own.close();
  }
}

/** Compares every subject that the reference has. */
function compareAll(own: OwnModel, answers: Answers): Promise<Row[]> {
  const wanted = subjects.filter((subject) => answers[subject] !== undefined);
  return compareModel(own, answers, wanted);
}

describe('parity with a recorded reference', () => {
  for (const name of recorded) {
    it(`finds no difference in ${name}`, async () => {
      const answers = await referenceOf(name);
      const rows = await withModel(name, (own) => compareAll(own, answers));
      assert.equal(overall(rows), 'equal', tableOf(rows));
    });
  }
});

describe('parity with a reference that differs', () => {
  let own: OwnModel;
  let answers: Answers;

  before(async () => {
    own = await models.open(await models.place(pathOf('chatml-llama')));
    answers = await referenceOf('chatml-llama');
  });

  after(() => own.close());

  async function foundIn(subject: Subject, change: Partial<Answers>): Promise<string> {
    const [row] = await compareModel(own, { ...answers, ...change }, [subject]);
    assert.equal(row?.verdict, 'differs');
    return row.found;
  }

  it('names the first string with other tokens', async () => {
    const tokens = answers.tokens!.map((each) => ({ ...each }));
    tokens[3]!.bare = [...tokens[3]!.bare, 7];
    const found = await foundIn('tokens', { tokens });
    assert.match(found, /^1 of \d+, first " {3}a": from token \d+ of \d+ on nothing, not 7$/u);
  });

  it('names the place where a template is rendered otherwise', async () => {
    const template = answers.template!.map((each, i) =>
      i === 0 ? { ...each, text: each.text!.replace('Hi', 'Ho') } : each,
    );
    const found = await foundIn('template', { template });
    assert.match(found, /^1 of \d+, first "user: Hi": from character 19 on "i<\|im_end\|>/u);
  });

  it('says that a template refuses what the other accepts, and the other way round', async () => {
    const template = answers.template!.map((each) => ({
      ...each,
      text: each.text === null ? 'accepted' : null,
    }));
    const found = await foundIn('template', { template });
    assert.match(found, /the engine accepts what the other refuses$/u);
    const refused = template.filter(({ text }) => text !== null);
    assert.match(await foundIn('template', { template: refused }), /the engine refuses it$/u);
  });

  it('says that only one of the two has a chat template', async () => {
    const found = await foundIn('prompt', { prompt: [] });
    assert.equal(found, 'the engine has a chat template and the other has none');
  });

  it('names the prompt with other tokens', async () => {
    const prompt = answers.prompt!.map((each) => ({ ...each, ids: [...each.ids!, 5] }));
    assert.match(await foundIn('prompt', { prompt }), /^3 of 3, first "Write to Ann\."/u);
  });

  it('names end tokens that lack, that are too many, and another one that closes', async () => {
    const found = await foundIn('ends', { ends: { must: [1, 2], may: [1, 2], closes: 1 } });
    assert.equal(found, '2 do not end an answer; 3 end an answer; an answer is closed by 3, not 1');
  });

  it('finds another continuation, but not where two tokens are equally likely', async () => {
    const [first] = answers.greedy!;
    const ids = [first!.ids[0]!, first!.ids[1]! + 1, ...first!.ids.slice(2)];
    const clear = [{ ...first!, ids }];
    assert.match(
      await foundIn('greedy', { greedy: clear }),
      /^token 2 after \d+ is \d+, not \d+$/u,
    );
    const tied = [{ ...first!, ids, margins: first!.margins.map(() => 1e-4) }];
    const [row] = await compareModel(own, { ...answers, greedy: tied }, ['greedy']);
    assert.deepEqual([row?.verdict, row?.found], ['equal', '1 tokens of 1 texts, 1 up to a tie']);
  });

  it('compares no subject that the other program did not answer, and says why', async () => {
    const missing = { ...answers, ends: undefined, missing: { ends: 'it has no tokenizer' } };
    const rows = await compareModel(own, missing, ['ends', 'logits']);
    assert.deepEqual(
      rows.map(({ verdict, found }) => [verdict, found]),
      [
        ['not compared', 'it has no tokenizer'],
        ['not compared', 'no answer'],
      ],
    );
    assert.equal(overall(rows), 'not compared');
  });

  it('differs where only the engine refuses a model', async () => {
    const refusal = new TqError(ErrorCode.badModel, 'It is cut.');
    const [row] = await compareModel(refusal, answers, subjects);
    assert.deepEqual([row?.verdict, row?.found], ['differs', 'the engine refuses it: It is cut.']);
    const [both] = await compareModel(refusal, { ...answers, error: 'no file' }, subjects);
    assert.equal(both?.verdict, 'not compared');
  });
});

describe('parity of logits', () => {
  it('finds one logit that is larger by a hundredth, and another vocabulary', async () => {
    await withModel('llama-grouped', async (own) => {
      const json = JSON.parse(
        readFileSync(join(fixtures, 'llama-grouped', 'reference.json'), 'utf8'),
      ) as { logits: string; logitsShape: [number, number] };
      const bytes = Buffer.from(json.logits, 'base64');
      bytes.writeFloatLE(bytes.readFloatLE(400) + 0.01, 400);
      const verdictOf = async (changes: object): Promise<Row> => {
        const answers = parseAnswers(JSON.stringify({ ...json, ...changes }), 'it');
        return (await compareModel(own, answers, ['logits']))[0]!;
      };
      const changed = await verdictOf({ logits: bytes.toString('base64') });
      assert.equal(changed.verdict, 'differs');
      assert.match(changed.found, /^max 0\.0\d+, mean/u);
      const [count, vocabulary] = json.logitsShape;
      const wider = await verdictOf({
        logitsShape: [count, vocabulary + 1],
        logits: Buffer.alloc(4 * count * (vocabulary + 1)).toString('base64'),
      });
      assert.equal(wider.found, `a vocabulary of ${vocabulary} tokens, not ${vocabulary + 1}`);
    });
  });
});
