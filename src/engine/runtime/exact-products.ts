import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../models/compiler/graph.ts';
import { encodeModel } from '../models/compiler/onnx.ts';

/** Entries of ONNX Runtime's session configuration. */
export interface ProductEntries {
  readonly x64quantprecision?: '1';
}

/** Row width of the probe: several times the registers a kernel may process at once. */
const width = 256;
const largestActivation = 255;
const largestWeight = 127;

/** One row and several rows use different kernels. */
const rowCounts = [1, 8];

let cached: Promise<ProductEntries> | undefined;

/**
 * Session entries that make int8 results equal on every processor; empty where the runtime already
 * sums products of bytes exactly. x86 processors without VNNI sum them in pairs of 16 bits, which
 * saturate when one byte is signed. With the entry the runtime makes the weights unsigned and sums
 * in 32 bits (microsoft/onnxruntime pull request 12088), but on every x86 processor, and with VNNI
 * its kernels for unsigned bytes take 1.5 times as long. So each process tests one product before
 * it loads its first model.
 */
export function exactProducts(): Promise<ProductEntries> {
  return (cached ??= addsExactly({}).then((exact) => (exact ? {} : { x64quantprecision: '1' })));
}

/** Whether a session with these entries sums the largest products of u8 and s8 exactly. */
export async function addsExactly(entries: ProductEntries): Promise<boolean> {
  const session = await ort.InferenceSession.create(probeModel(), {
    intraOpNumThreads: 1,
    extra: { session: { ...entries } },
  });
  try {
    for (const rows of rowCounts) {
      const bytes = new Uint8Array(rows * width).fill(largestActivation);
      const { sums } = await session.run({ x: new ort.Tensor('uint8', bytes, [rows, width]) });
      const exact = width * largestActivation * largestWeight;
      if ((sums!.data as Int32Array).some((sum) => sum !== exact)) return false;
    }
    return true;
  } finally {
    await session.release();
  }
}

function probeModel(): Uint8Array {
  const g = new GraphBuilder();
  const x = g.input('x', 'uint8', ['rows', width]);
  const data = new Uint8Array(width * width).fill(largestWeight);
  const weight = g.initializer({ name: 'weight', type: 'int8', dims: [width, width], data });
  g.output('sums', g.op('MatMulInteger', [x, weight]), 'int32', ['rows', width]);
  return encodeModel(g.build('products'), '1');
}
