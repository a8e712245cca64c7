import assert from 'node:assert/strict';
import { GraphBuilder } from '../../src/engine/models/compiler/graph.ts';

describe('the graph builder', () => {
  it('names outputs in the node that computes them and in all nodes that read them', () => {
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
