/** The parts of the engine that the benchmark uses. */
export { defaultModel } from '../library/model-library.ts';
export { ThreadCount, threadFile } from '../library/thread-count.ts';
export type { DecoderShape } from '../models/architecture/architecture.ts';
export { type CompileProgress, CompiledStore } from '../models/compiled-store.ts';
export type { FormatName } from '../models/compiler/format.ts';
export { readManifest, verifyModel } from '../models/manifest.ts';
export { compileSource, contentHash, openModel } from '../models/open-model.ts';
export type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
export { DecoderPolicy } from '../policy/decoder-policy.ts';
export type { GraphRun } from '../runtime/graph-run.ts';
export { GraphSession } from '../runtime/graph-session.ts';
export type { KeyValuePool } from '../runtime/key-value-pool.ts';
export { timeSession } from '../runtime/session-time.ts';
export { HostKeyValues, SlotPool } from '../runtime/slot-pool.ts';
export { TokenTree, type TreeNode } from '../runtime/token-tree.ts';
export { type Locations, findLocations } from '../store/locations.ts';
