import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../../models/compiler/graph.ts';
import { encodeModel } from '../../models/compiler/onnx.ts';
import type { ProbeResult } from '../device-probe.ts';

/** Sizes of the products that are timed: like those of a small model with some branches. */
const rows = 16;
const width = 512;
const products = 12;
const timedRuns = 5;

/** A chain of products, the work that decoding is made of. */
function model(): Uint8Array {
  const g = new GraphBuilder();
  const weights = new Float32Array(width * width).fill(1 / width);
  const matrix = g.table('weights', weights, [width, width]);
  let x = g.input('x', 'float32', [rows, width]);
  for (let i = 0; i < products; i++) x = g.op('MatMul', [x, matrix]);
  g.output('y', x, 'float32', [rows, width]);
  return encodeModel(g.build('probe'), '1');
}

/** Milliseconds of the quickest run. */
async function time(device: string): Promise<number> {
  const session = await ort.InferenceSession.create(model(), {
    executionProviders: [device],
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const x = new ort.Tensor('float32', new Float32Array(rows * width).fill(1), [rows, width]);
  let quickest = Infinity;
  for (let run = 0; run <= timedRuns; run++) {
    const start = performance.now();
    const { y } = await session.run({ x }, ['y']);
    if (Math.abs((y!.data as Float32Array)[0]! - 1) > 1e-3) throw new Error('it computes wrongly');
    // The first run compiles what the others use.
    if (run > 0) quickest = Math.min(quickest, performance.now() - start);
  }
  await session.release();
  return quickest;
}

const result: ProbeResult = {
  milliseconds: await time(process.argv[2]!),
  cpuMilliseconds: await time('cpu'),
};
process.stdout.write(JSON.stringify(result));
