/** The parts of the engine that the benchmark uses. */
export { Devices } from '../device/device-choice.ts';
export { findDeviceDeps } from '../device/device-deps.ts';
export type { ProbeResult } from '../device/device-probe.ts';
export { defaultModel } from '../library/model-library.ts';
export { ThreadCount, threadFile } from '../library/thread-count.ts';
export {
  type Architecture,
  type DecoderShape,
  type NamedWeights,
  shapeOf,
} from '../models/architecture/architecture.ts';
export { llama } from '../models/architecture/llama.ts';
export { type CompileProgress, CompiledStore } from '../models/compiled-store.ts';
export type { CompileSource } from '../models/compiler/compile-source.ts';
export { compilerVersion, graphFile, weightFile } from '../models/compiler/compile.ts';
export { type GraphTarget, buildDecoder } from '../models/compiler/decoder.ts';
export { ExternalData } from '../models/compiler/external-data.ts';
export { type FormatName, createFormat } from '../models/compiler/format.ts';
export { type GraphSpec, type InitializerSpec, encodeModel } from '../models/compiler/onnx.ts';
export { Preparation } from '../models/compiler/preparation.ts';
export { readManifest, verifyModel } from '../models/manifest.ts';
export { availableMemory } from '../models/memory.ts';
export { compileSource, contentHash, openModel } from '../models/open-model.ts';
export type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
export { DecoderPolicy } from '../policy/decoder-policy.ts';
export { createReward } from '../reward/catalogue/create-reward.ts';
export type { GraphResult, GraphRun } from '../runtime/graph-run.ts';
export { GraphSession, type Traffic } from '../runtime/graph-session.ts';
export type { KeyValuePool } from '../runtime/key-value-pool.ts';
export { runLimit } from '../runtime/run-limit.ts';
export { timeSession } from '../runtime/session-time.ts';
export { HostKeyValues, SlotPool } from '../runtime/slot-pool.ts';
export { TokenTree, type TreeNode } from '../runtime/token-tree.ts';
export { type Locations, findLocations } from '../store/locations.ts';
