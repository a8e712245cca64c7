import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoadedEngine } from './engine-texts.ts';
import { compilerOf, graphCases, hashGraph, type GraphHashes } from './unchanged-graphs.ts';
import { textRequests, writeText, type WrittenText } from './unchanged-texts.ts';

interface Fixture<Entry> {
  /** The commit that wrote the entries. */
  readonly commit: string;
  readonly processor: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

function readFixture<Entry>(name: string): Fixture<Entry> {
  const path = join(import.meta.dirname, '../fixtures/unchanged', name);
  return JSON.parse(readFileSync(path, 'utf8')) as Fixture<Entry>;
}

const graphs = readFixture<GraphHashes>('graphs.json');
const texts = readFixture<WrittenText>('texts.json');

/** Rewards are rounded to this, because some are computed in float32. */
const rewardStep = 1e-6;

describe('the compiler', () => {
  it(`compiles every fixture to the graph of ${graphs.commit}`, async () => {
    const compiler = await compilerOf(join(import.meta.dirname, '../..'));
    const cases = await graphCases();
    assert.deepEqual([...cases.keys()], Object.keys(graphs.entries));
    const changed: string[] = [];
    for (const [name, each] of cases) {
      const hashes = await hashGraph(compiler, each);
      const before = graphs.entries[name]!;
      if (hashes.graph !== before.graph) changed.push(`the graph of ${name}`);
      if (hashes.weights !== before.weights) changed.push(`the weights of ${name}`);
    }
    assert.deepEqual(changed, []);
  });
});

describe(`the engine process writes the tokens of ${texts.commit}`, () => {
  const loaded = LoadedEngine.use();

  it('has a text in the fixture for every request', () => {
    assert.deepEqual(Object.keys(textRequests), Object.keys(texts.entries));
  });

  for (const [name, request] of Object.entries(textRequests)) {
    it(name, async () => {
      const before = texts.entries[name]!;
      const { ids, reward, text } = await writeText(loaded.engine, request);
      const where = `"${text}", not "${before.text}" (written on ${texts.processor})`;
      assert.deepEqual(ids, before.ids, where);
      assert.ok(Math.abs(reward - before.reward) < 1.5 * rewardStep, `${reward} ${before.reward}`);
    });
  }
});
