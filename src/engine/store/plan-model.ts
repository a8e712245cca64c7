import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { ModelPlan } from '../../protocol/store.ts';
import type { FoundBase, KnownModels } from './known-models.ts';
import { parseCheckedJson } from '../models/checked-json.ts';
import { isAdapter } from '../models/adapter.ts';
import { architectureOf } from '../models/open-model.ts';
import { requireDecoder, requirePlainConfig } from '../models/unsupported.ts';
import { describeAdapter, describeModel, memoryNeed, type ModelFacts } from './describe-model.ts';
import type { HubFile } from './hub-repository.ts';
import { type ChoiceNeeded, selectFiles, type Selection } from './model-files.ts';
import { defaultId, type HubReference, type LocalReference } from './model-reference.ts';
import type { ModelStore } from './model-store.ts';
import type { Origin } from './origin.ts';
import { bytesPresent } from './transfer.ts';

/** A model that can be added: its files, and the facts known before the transfer. */
export interface Candidate {
  readonly id: string;
  readonly selection: Selection;
  readonly files: readonly HubFile[];
  readonly facts: ModelFacts;
  /** The base model of an adapter, where it is known before the transfer. */
  readonly base: FoundBase | undefined;
  /** The base that the person names. */
  readonly asked: string | undefined;
}

/** What a person says about a model to add. */
interface Wishes {
  readonly id: string | undefined;
  /** A GGUF file, if there are several. */
  readonly chosen: string | undefined;
  /** The model that an adapter belongs on. */
  readonly base: string | undefined;
}

/**
 * Chooses the files of a model and determines its facts without fetching the weights.
 * @throws TqError badModel if the model cannot be used
 */
export async function selectCandidate(
  origin: Origin,
  reference: HubReference | LocalReference,
  finder: KnownModels,
  { id, chosen, base: asked }: Wishes,
): Promise<Candidate> {
  const wanted = reference.kind === 'hub' ? (reference.file ?? chosen) : chosen;
  const selection = await selectFiles(origin.files, wanted);
  const files = selection.paths.map((path) => origin.file(path));
  const { base, ...facts } = await expectedFacts(origin, selection, finder, asked);
  // The id does not name the only GGUF file of a repository or folder.
  const inside = wanted === undefined ? undefined : selection.main;
  return { id: id ?? defaultId(reference, inside), selection, files, facts, base, asked };
}

export async function planOf(
  origin: Origin,
  { id, selection, files, facts }: Candidate,
  store: ModelStore,
): Promise<ModelPlan> {
  const work = store.unfinishedPath(id);
  let present = 0;
  for (const file of files) present += await bytesPresent(file, join(work, basename(file.path)));
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

/** The plan for a model with several GGUF files to choose from. */
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
  return {
    id,
    title: files.name,
    licence: licence ?? licenceNotStated,
    source,
    gated,
    alignment: null,
  };
}

/** Shown when a model states no licence. */
export const licenceNotStated = 'not stated';

/** Free bytes on the disk of a folder, or of its nearest existing ancestor. */
export async function freeDisk(folder: string): Promise<number> {
  for (let place = folder; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => undefined);
    if (found) return found.bavail * found.bsize;
    if (place === dirname(place)) return 0;
  }
}

/** Facts, and the base of an adapter. */
interface ExpectedFacts extends ModelFacts {
  readonly base?: FoundBase;
}

async function expectedFacts(
  origin: Origin,
  { layout, paths, main }: Selection,
  finder: KnownModels,
  base: string | undefined,
): Promise<ExpectedFacts> {
  if (layout === 'adapter') return adapterFacts(origin, finder, base);
  if (origin.path !== undefined) {
    // A folder with one GGUF file is treated as that file.
    const inside = main !== undefined && !/\.gguf$/iu.test(origin.path);
    const path = inside ? join(origin.path, main) : origin.path;
    if (await isAdapter(path)) return localAdapterFacts(path, finder, base);
    return describeModel(path);
  }
  if (main === undefined) return folderFacts(origin, paths);
  const { gguf } = origin;
  const name = basename(main);
  requireDecoder(gguf?.architecture, name);
  if (gguf) architectureOf(gguf.architecture, (each) => each.ggufArchitectures, name);
  const quantisation =
    /(?:^|[-._])((?:I?Q\d\w*|MXFP4\w*|B?F(?:16|32)))(?:-\d{5}-of-\d{5})?\.gguf$/iu.exec(
      name,
    )?.[1] ?? '';
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

/** From config.json and the files' sizes: the headers of the weights are not downloaded yet. */
async function folderFacts({ files }: Origin, paths: readonly string[]): Promise<ModelFacts> {
  const config = parseCheckedJson(await files.read('config.json'), configSchema, 'config.json');
  requirePlainConfig(config, files.name);
  const { shapeFromConfig } = architectureOf(config.model_type, (a) => a.modelTypes, files.name);
  const { family } = shapeFromConfig(config, files.name);
  const type = config.dtype ?? config.torch_dtype ?? 'float32';
  const bytes = paths
    .filter((path) => path.endsWith('.safetensors'))
    .reduce((sum, path) => sum + files.sizes.get(path)!, 0);
  const scores = config.architectures?.some((each) => /ForSequenceClassification$/u.test(each));
  return {
    kind: scores ? 'causal-reward' : 'language-model',
    family,
    format: `safetensors ${shortTypes[type] ?? type}`,
    weights: Math.ceil(bytes / (bytesOfType[type] ?? 4)),
  };
}

/** Facts from the adapter's base model, which must be present. */
async function adapterFacts(
  { path, files }: Origin,
  finder: KnownModels,
  asked: string | undefined,
): Promise<ExpectedFacts> {
  if (path !== undefined) return localAdapterFacts(path, finder, asked);
  const schema = z.looseObject({ base_model_name_or_path: z.string().nullish() });
  const content = await files.read('adapter_config.json');
  const { base_model_name_or_path: base } = parseCheckedJson(
    content,
    schema,
    'adapter_config.json',
  );
  const model =
    asked === undefined
      ? await finder.baseNamed(base ?? '', files.name)
      : await finder.baseAsked(asked);
  const facts = await describeModel(model.path);
  return { ...facts, kind: 'policy-adapter', format: 'PEFT LoRA', base: model };
}

async function localAdapterFacts(
  path: string,
  finder: KnownModels,
  asked: string | undefined,
): Promise<ExpectedFacts> {
  const base = await baseFor(path, finder, asked);
  return { ...(await describeAdapter(path, base.path)), base };
}

/** The base model of an adapter on this machine: the one asked for, else the one that it names. */
export function baseFor(
  path: string,
  finder: KnownModels,
  asked: string | undefined,
): Promise<FoundBase> {
  return asked === undefined ? finder.baseOf(path) : finder.baseAsked(asked);
}
