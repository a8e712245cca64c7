/** The parts of the engine that `npm run parity` compares with other programs. */
export { ModelLibrary } from '../library/model-library.ts';
export { compileSource } from '../models/adapted-model.ts';
export { openAdapter } from '../models/adapter.ts';
export { allLayers } from '../models/architecture/architecture.ts';
export { CompiledStore } from '../models/compiled-store.ts';
export { openGguf } from '../models/gguf/gguf-file.ts';
export { contentHash, openModel } from '../models/open-model.ts';
export type { ChatMessage, TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
export { DecoderPolicy } from '../policy/decoder-policy.ts';
export { encodePrompt } from '../requests/prompts.ts';
export { GraphSession } from '../runtime/graph-session.ts';
export { type Locations, findLocations } from '../store/locations.ts';
