import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { ModelPlan } from '../../protocol/store.ts';
import type { KnownModels } from './known-models.ts';
import { parseCheckedJson } from '../models/checked-json.ts';
import { architectureOf } from '../models/open-model.ts';
import { describeAdapter, describeModel, memoryNeed, type ModelFacts } from './describe-model.ts';
import type { HubFile } from './hub-repository.ts';
import { type ChoiceNeeded, selectFiles, type Selection } from './model-files.ts';
import { defaultId, type HubReference, type LocalReference } from './model-reference.ts';
import type { ModelStore } from './model-store.ts';
import type { Origin } from './origin.ts';
import { bytesHere } from './transfer.ts';

/** A model that can be added: which files are taken, and what is known of it before. */
export interface Candidate {
  readonly id: string;
  readonly selection: Selection;
  readonly files: readonly HubFile[];
  readonly facts: ModelFacts;
}

/**
 * Chooses the files of a model and tells what can be told before they are here.
 * @param chosen a GGUF file, where there are several
 * @throws TqError badModel for what cannot be used: told before anything large is fetched
 */
export async function examine(
  origin: Origin,
  reference: HubReference | LocalReference,
  finder: KnownModels,
  { id, chosen }: { id: string | undefined; chosen: string | undefined },
): Promise<Candidate> {
  const wanted = reference.kind === 'hub' ? (reference.file ?? chosen) : chosen;
  const selection = await selectFiles(origin.files, wanted);
  const files = selection.paths.map((path) => origin.file(path));
  const main = selection.layout === 'gguf' ? selection.paths.at(-1)! : undefined;
  const facts = await expectedFacts(origin, selection, finder);
  // A repository's only GGUF file needs no name, and neither does a folder's.
  const inside = wanted === undefined ? undefined : main;
  return { id: id ?? defaultId(reference, inside), selection, files, facts };
}

export async function planOf(
  origin: Origin,
  { id, selection, files, facts }: Candidate,
  store: ModelStore,
): Promise<ModelPlan> {
  const work = store.unfinishedPath(id);
  let present = 0;
  for (const file of files) present += await bytesHere(file, join(work, basename(file.path)));
  const { kind, family, format, weights } = facts;
  return {
    ...describeSource(id, origin),
    kind,
    family,
    format,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    memory: memoryNeed(weights),
    files: files.map(({ path, size }) => ({ path, bytes: size })),
    leftOut: [...selection.leftOut],
    choices: [],
    present,
    freeDisk: await freeDisk(store.folder),
  };
}

/** The plan of a model of which one file has to be chosen first. */
export async function planOfChoice(
  origin: Origin,
  id: string,
  { choices }: ChoiceNeeded,
  store: ModelStore,
): Promise<ModelPlan> {
  return {
    ...describeSource(id, origin),
    kind: 'language-model',
    family: origin.gguf?.architecture ?? '',
    format: 'GGUF',
    bytes: 0,
    memory: null,
    files: [],
    leftOut: [],
    choices: [...choices],
    present: 0,
    freeDisk: await freeDisk(store.folder),
  };
}

function describeSource(id: string, { files, licence, source, gated }: Origin) {
  return { id, title: files.name, licence: licence ?? unstated, source, gated, alignment: null };
}

/** What is written where nobody says what a model may be used for. */
export const unstated = 'not stated';

/**
 * Bytes that can be written, on the disk of the folder or of the next one above it that is there.
 */
export async function freeDisk(folder: string): Promise<number> {
  for (let place = folder; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => undefined);
    if (found) return found.bavail * found.bsize;
    if (place === dirname(place)) return 0;
  }
}

async function expectedFacts(
  origin: Origin,
  { layout, paths }: Selection,
  finder: KnownModels,
): Promise<ModelFacts> {
  if (layout === 'adapter') return adapterFacts(origin, finder);
  if (origin.path !== undefined) {
    // A folder with one GGUF file in it stands for that file.
    const inside = layout === 'gguf' && !/\.gguf$/iu.test(origin.path);
    return describeModel(inside ? join(origin.path, paths.at(-1)!) : origin.path);
  }
  if (layout === 'folder') return folderFacts(origin, paths);
  const { gguf } = origin;
  const name = basename(paths.at(-1)!);
  if (gguf) architectureOf(gguf.architecture, (each) => each.ggufArchitectures, name);
  const quantisation = /(?:^|[-._])((?:I?Q\d\w*|B?F(?:16|32)))\.gguf$/iu.exec(name)?.[1] ?? '';
  return {
    kind: 'language-model',
    family: gguf?.architecture ?? '',
    format: `GGUF ${quantisation.toUpperCase()}`.trim(),
    weights: gguf?.total ?? 0,
  };
}

const bytesOfType: Readonly<Record<string, number>> = { float32: 4, float16: 2, bfloat16: 2 };
const shortTypes: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
};

const configSchema = z.looseObject({
  model_type: z.string(),
  architectures: z.array(z.string()).nullish(),
  torch_dtype: z.string().nullish(),
  dtype: z.string().nullish(),
});

/** From the configuration and the size of the weights: their headers are still at the hub. */
async function folderFacts({ files }: Origin, paths: readonly string[]): Promise<ModelFacts> {
  const config = parseCheckedJson(await files.read('config.json'), configSchema, 'config.json');
  const { shapeFromConfig } = architectureOf(config.model_type, (a) => a.modelTypes, files.name);
  const { family, vocabulary, hidden } = shapeFromConfig(config, files.name);
  const type = config.dtype ?? config.torch_dtype ?? 'float32';
  const bytes = paths
    .filter((path) => path.endsWith('.safetensors'))
    .reduce((sum, path) => sum + files.sizes.get(path)!, 0);
  const scores = config.architectures?.some((each) => /ForSequenceClassification$/u.test(each));
  return {
    kind: scores ? 'causal-reward' : 'language-model',
    family,
    format: `safetensors ${shortTypes[type] ?? type}`,
    weights: Math.ceil(bytes / (bytesOfType[type] ?? 4)) + (scores ? 0 : vocabulary * hidden),
  };
}

/** Of the model that the adapter belongs on, which must be here: an adapter alone is nothing. */
async function adapterFacts({ path, files }: Origin, finder: KnownModels): Promise<ModelFacts> {
  if (path !== undefined) return describeAdapter(path, (await finder.baseOf(path)).path);
  const schema = z.looseObject({ base_model_name_or_path: z.string().nullish() });
  const content = await files.read('adapter_config.json');
  const { base_model_name_or_path: base } = parseCheckedJson(
    content,
    schema,
    'adapter_config.json',
  );
  const model = await finder.baseNamed(base ?? '', files.name);
  return { ...(await describeModel(model.path)), kind: 'policy-adapter', format: 'PEFT LoRA' };
}
