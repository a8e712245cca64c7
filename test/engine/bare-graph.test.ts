import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import { timeBareGraph } from '../../src/bench/bare-graph.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import type { GraphRun } from '../../src/engine/runtime/graph-run.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { fixtures, openSession } from './compiled.ts';

const promptTokens = 60;
const newTokens = 12;
const topCount = 5;

/** What a run's cost depends on. */
function shapeOf({ ids, positions, spans, prefix, branch, rows }: GraphRun) {
  return {
    newTokens: ids.length,
    position: positions[0],
    spans,
    prefix: prefix.capacity,
    branch: branch.capacity,
    rows: rows.length,
  };
}

describe("the benchmark's bare graph", () => {
  let session: GraphSession;

  before(async () => {
    session = await openSession(join(fixtures, 'llama-grouped'));
  });

  after(() => session.dispose());

  it('runs with the shapes of plain decoding, including growing caches', async () => {
    const bare: ReturnType<typeof shapeOf>[] = [];
    const plain: ReturnType<typeof shapeOf>[] = [];
    const recording = (into: typeof bare) => async (run: GraphRun) => {
      into.push(shapeOf(run));
      return graphRun(run);
    };
    const graphRun = session.run.bind(session);
    const { shape } = session;
    await timeBareGraph({ shape, run: recording(bare) }, { promptTokens, newTokens, topCount });

    session.run = recording(plain);
    const policy = new DecoderPolicy('tiny', session, new Set(), 'tiny');
    const tokens = Array.from({ length: promptTokens }, (_, index) => index);
    // Prefilled, as in the benchmark, so that only the prompt's last token is left.
    (await policy.open(tokens)).close();
    plain.length = 0;
    await collect(
      generate({
        prompt: { text: '', tokens },
        options: { method: 'sft', k: topCount, maxTokens: newTokens },
        policies: { reference: policy },
        decode: (ids) => ids.join(' '),
      }),
    );
    assert.ok(new Set(bare.map(({ prefix }) => prefix)).size > 1, 'the prefix pool has grown');
    assert.deepEqual(plain, bare);
  });
});
