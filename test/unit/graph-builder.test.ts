import assert from 'node:assert/strict';
import { GraphBuilder } from '../../src/engine/models/compiler/graph.ts';

describe('a graph that is built', () => {
  it('names outputs where they are computed, and wherever else they are read', () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', ['S']);
    const sum = g.op('Add', [x, x]);
    g.output('sum', sum, 'float32', ['S']);
    g.output('product', g.op('Mul', [sum, x]), 'float32', ['S']);
    const { nodes, outputs } = g.build('test');
    assert.deepEqual(
      nodes.map(({ op, inputs, outputs: names }) => [op, inputs, names]),
      [
        ['Add', ['x', 'x'], ['sum']],
        ['Mul', ['sum', 'x'], ['product']],
      ],
    );
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['sum', 'product'],
    );
  });
});
