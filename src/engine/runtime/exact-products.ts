import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../models/compiler/graph.ts';
import { encodeModel } from '../models/compiler/onnx.ts';

/** Entries of ONNX Runtime's session configuration. */
export interface ProductEntries {
  readonly x64quantprecision?: '1';
}

/** Width of the probe's rows: several of the registers that a kernel may take at once. */
const width = 256;
const largestActivation = 255;
const largestWeight = 127;

/** A row alone goes to another kernel than several. */
const rowCounts = [1, 8];

let known: Promise<ProductEntries> | undefined;

/**
 * Session entries without which int8 differs from processor to processor: nothing where the runtime
 * adds products of bytes exactly. Those of x86 that lack VNNI add them in pairs of 16 bits, which
 * saturate where one byte is signed; told so, the runtime makes the weights unsigned, which are
 * added in 32 (microsoft/ onnxruntime pull request 12088). It would do so on every x86 processor,
 * though, and with VNNI its kernels for unsigned bytes take half as long again. So a product is
 * tried once a process, with its first model.
 */
export function exactProducts(): Promise<ProductEntries> {
  return (known ??= addsExactly({}).then((exact) => (exact ? {} : { x64quantprecision: '1' })));
}

/**
 * Whether a session of these entries adds the largest products of unsigned and signed bytes
 * exactly.
 */
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
