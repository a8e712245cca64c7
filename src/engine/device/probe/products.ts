import * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../protocol/options.ts';
import { GraphBuilder } from '../../models/compiler/graph.ts';
import { encodeModel } from '../../models/compiler/onnx.ts';

/** Sizes of the timed products, similar to a small model with a few branches. */
const rows = 16;
const width = 512;
const products = 12;
const timedRuns = 5;

/** A chain of matrix products, the bulk of the work in decoding. */
function model(): Uint8Array {
  const g = new GraphBuilder();
  const weights = new Float32Array(width * width).fill(1 / width);
  const matrix = g.table('weights', weights, [width, width]);
  let x = g.input('x', 'float32', [rows, width]);
  for (let i = 0; i < products; i++) x = g.op('MatMul', [x, matrix]);
  g.output('y', x, 'float32', [rows, width]);
  return encodeModel(g.build('probe'), '1');
}

/** Milliseconds of the fastest run of the products on a device. */
export async function timeProducts(device: DeviceName): Promise<number> {
  const session = await ort.InferenceSession.create(model(), {
    executionProviders: [device],
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const x = new ort.Tensor('float32', new Float32Array(rows * width).fill(1), [rows, width]);
  let quickest = Infinity;
  for (let run = 0; run <= timedRuns; run++) {
    const start = performance.now();
    await session.run({ x }, ['y']);
    // The first run compiles shaders.
    if (run > 0) quickest = Math.min(quickest, performance.now() - start);
  }
  await session.release();
  return quickest;
}
