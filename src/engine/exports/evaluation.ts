/** The parts of the engine that the evaluation uses. */
export { processorName } from '../device/processor.ts';
export { startWatchdog } from '../limits/watchdog.ts';
export { defaultModel } from '../library/model-library.ts';
export { causalRewardsOf, readManifest } from '../models/manifest.ts';
export { readsWhole } from '../reward/catalogue/reads-whole.ts';
export { shippedModelsOf } from '../reward/catalogue/shipped-models-of.ts';
export { type Embedding, SentenceEmbedder, cosine } from '../reward/model/sentence-embedder.ts';
export { onnxruntimeVersion } from '../runtime/version.ts';
export { findLocations } from '../store/locations.ts';
