import assert from 'node:assert/strict';
import { firstDifference } from '../../src/bench/gpu/first-difference.ts';
import { lastRun } from '../../src/bench/gpu/lines.ts';
import { randomModel, weightCount } from '../../src/bench/gpu/random-model.ts';
import { separated } from '../../src/bench/gpu/repeated-layers.ts';
import { gpuTable } from '../../src/bench/gpu/table.ts';
import type { GraphSpec } from '../../src/engine/models/compiler/onnx.ts';

const machine = { part: 'machine', device: 'webgpu', quick: true, cpu: 'a processor' };
const run = [
  machine,
  { part: 'doctor', device: 'webgpu', problem: '', ms: 1.5, cpuMs: 2 },
  { part: 'doctor', seconds: 3 },
  { part: 'tokens', format: 'q4', method: 'plain', tokens: 8, equal: true },
  { part: 'tokens', format: 'q4', method: 'tq', tokens: 8, equal: false, first: 5, gap: 0.000002 },
  { part: 'tokens', format: 'q4', seconds: 9 },
  { part: 'speed', format: 'q8', error: 'It did not end within its time limit of 1 s.' },
  { part: 'speed', format: 'q8', seconds: 1 },
  { part: 'runs', format: 'q8', what: 'prompt', prefix: 64, ms: 12.34, up: 5, down: 6 },
];
const text = run.map((line) => JSON.stringify(line)).join('\n');

/** The cells of a part's table, without its header. */
function rowsOf(table: string, part: string): string[][] {
  const section = table.split('## ').find((each) => each.startsWith(part))!;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map((row) => row.slice(1, -1));
}

describe('the table of the benchmark on a GPU', () => {
  it('shows the lines part by part', () => {
    const table = gpuTable(lastRun(text));
    assert.match(table, /^A quick run/u);
    assert.match(table, /- cpu: a processor/u);
    assert.deepEqual(rowsOf(table, 'doctor (3 s)'), [['webgpu', '1.50', '2.00']]);
    assert.deepEqual(rowsOf(table, 'tokens (9 s)'), [
      ['q4', 'plain', '8', 'yes', '', ''],
      ['q4', 'tq', '8', 'no', '5', '0.000002'],
    ]);
  });

  it('shows why a part failed instead of its numbers', () => {
    const table = gpuTable(lastRun(text));
    assert.deepEqual(rowsOf(table, 'speed'), [
      ['q8', 'failed: It did not end within its time limit of 1 s.'],
    ]);
  });

  it('shows the complete lines of an interrupted run', () => {
    const cut = `${text}\n{"part":"runs","format":"q8","wha`;
    const table = gpuTable(lastRun(cut));
    assert.deepEqual(rowsOf(table, 'runs (cut)'), [['q8', 'prompt', '64', '12.3', '5', '6']]);
    assert.doesNotMatch(table, /## memory/u);
  });

  it('reads only the last run in a file', () => {
    const before = JSON.stringify({ part: 'doctor', device: 'an older run' });
    assert.deepEqual(lastRun(`${JSON.stringify(machine)}\n${before}\n${text}`).length, run.length);
  });
});

describe('the first difference of two texts', () => {
  const token = (id: number, scores: readonly (readonly [number, number | null])[] = []) => ({
    id,
    candidates: scores.map(([candidate, score]) => ({ id: candidate, score })),
  });

  it('is undefined for equal texts', () => {
    assert.equal(firstDifference([token(1), token(2)], [token(1), token(2)]), undefined);
  });

  it('is the first other token, with the gap between the scores of the two', () => {
    const scores = [
      [7, -1],
      [8, -1.5],
    ] as const;
    const found = firstDifference([token(1), token(7, scores)], [token(1), token(8, scores)]);
    assert.deepEqual(found, { first: 1, gap: 0.5 });
  });

  it('has no gap if one of the two tokens has no score', () => {
    const scores = [
      [7, -1],
      [8, null],
    ] as const;
    assert.deepEqual(firstDifference([token(7, scores)], [token(8, scores)]), {
      first: 0,
      gap: undefined,
    });
  });

  it('is the end of the shorter text', () => {
    assert.deepEqual(firstDifference([token(1)], [token(1), token(2)])?.first, 1);
  });
});

describe('models with random weights', () => {
  it('have as many weights as Llama 3.2 1B and Llama 3.1 8B', () => {
    assert.equal(weightCount(randomModel('llama-1b')), 1_235_814_400);
    assert.equal(weightCount(randomModel('llama-8b')), 8_030_261_248);
  });

  it('have the same shapes and numbers in every layer and every time', async () => {
    const { weights, shape } = randomModel('tiny');
    const name = (layer: number): string => `model.layers.${layer}.mlp.down_proj.weight`;
    assert.deepEqual(weights.shape(name(1)), [shape.hidden, shape.intermediate]);
    const first = await weights.read(name(0));
    assert.deepEqual(await randomModel('tiny').weights.read(name(1)), first);
    assert.equal(first.length, shape.hidden * shape.intermediate);
    assert.ok(new Set(first).size > first.length / 2);
    assert.ok(first.every((value) => Math.abs(value) <= Math.sqrt(3 / shape.intermediate)));
    assert.ok(!weights.has('lm_head.weight'), 'tied');
  });

  it('give each layer its own copy of a weight that the graph declares several times', () => {
    const spec = { type: 'float32', dims: [1], data: new Uint8Array(4) } as const;
    const node = (inputs: string[], outputs: string[]): GraphSpec['nodes'][number] => ({
      op: 'Add',
      domain: '',
      attributes: {},
      inputs,
      outputs,
    });
    const graph = separated({
      name: 'g',
      inputs: [],
      outputs: [],
      initializers: [
        { ...spec, name: 'w' },
        { ...spec, name: 'w' },
        { ...spec, name: 'once' },
      ],
      nodes: [node(['x', 'w'], ['a']), node(['a', 'w'], ['b']), node(['b', 'once'], ['c'])],
    });
    assert.deepEqual(
      graph.nodes.map(({ inputs }) => inputs[1]),
      ['w', 'w#1', 'once'],
    );
    assert.deepEqual(
      graph.initializers.map(({ name }) => name),
      ['w', 'w#1', 'once'],
    );
  });
});
