import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type * as AdaptedModule from '../../src/engine/models/adapted-model.ts';
import type * as AdapterModule from '../../src/engine/models/adapter.ts';
import type { HeadKind, LayerRange } from '../../src/engine/models/architecture/architecture.ts';
import type * as CompileModule from '../../src/engine/models/compiler/compile.ts';
import type { GraphTarget } from '../../src/engine/models/compiler/decoder.ts';
import type { FormatName } from '../../src/engine/models/compiler/format.ts';
import type * as ModelModule from '../../src/engine/models/open-model.ts';
import { familyModels, fixtures, readReference } from './compiled.ts';

/** A model, and what it is compiled to. */
export interface GraphCase {
  /** A GGUF file or a folder. */
  readonly model: string;
  readonly adapter?: string;
  readonly format: FormatName;
  readonly target: GraphTarget;
  readonly head: HeadKind;
  /** All layers where it is left out. */
  readonly range?: LayerRange;
}

/** SHA-256 (hex) of the two files of a compiled model. */
export interface GraphHashes {
  readonly graph: string;
  readonly weights: string;
}

/** The functions that compile a model, from this checkout or from another. */
export type Compiler = Pick<typeof AdapterModule, 'openAdapter'> &
  Pick<typeof ModelModule, 'openModel'> &
  Pick<typeof AdaptedModule, 'compileSource'> &
  Pick<typeof CompileModule, 'compile' | 'graphFile' | 'weightFile'>;

/** Loads the compiler from the sources in the folder `checkout`. */
export async function compilerOf(checkout: string): Promise<Compiler> {
  const load = async (file: string): Promise<unknown> =>
    import(pathToFileURL(join(checkout, 'src/engine/models', file)).href);
  const { openAdapter } = (await load('adapter.ts')) as typeof AdapterModule;
  const { compileSource } = (await load('adapted-model.ts')) as typeof AdaptedModule;
  const { openModel } = (await load('open-model.ts')) as typeof ModelModule;
  const compiler = (await load('compiler/compile.ts')) as typeof CompileModule;
  const { compile, graphFile, weightFile } = compiler;
  return { openAdapter, openModel, compileSource, compile, graphFile, weightFile };
}

const scoreAdapter = 'lora-reward';
/** Compiled for GPUs, too, and in part: one model that is tied, and one that is not. */
const inEveryForm = ['llama-grouped', 'gemma3-local-global'];

/**
 * Every fixture model, under the names of the fixture: on the CPU as int8 and fp32, with the head
 * that predicts tokens and, where there is one, the head that scores.
 */
export async function graphCases(): Promise<ReadonlyMap<string, GraphCase>> {
  const cases = new Map<string, GraphCase>();
  const add = (name: string, each: GraphCase): void => {
    const { format, target, head, range } = each;
    const layers = range ? [`layers ${range.from} to ${range.to}`] : [];
    cases.set([name, format, target, head, ...layers].join(', '), each);
  };
  for (const name of readdirSync(fixtures).sort()) {
    const source = await sourceOf(name);
    if (source === undefined) continue;
    for (const format of ['int8', 'fp32'] as const) {
      for (const head of headsOf(name)) add(name, { ...source, format, target: 'cpu', head });
    }
    if (inEveryForm.includes(name)) formsOf(source).forEach((each) => add(name, each));
  }
  return cases;
}

type Source = Pick<GraphCase, 'model' | 'adapter'>;

/** Undefined for a folder without a model. */
async function sourceOf(name: string): Promise<Source | undefined> {
  const path = join(fixtures, name);
  if (existsSync(join(path, 'config.json'))) return { model: path };
  if (existsSync(join(path, 'model.gguf'))) return { model: join(path, 'model.gguf') };
  if (!existsSync(join(path, 'adapter_config.json'))) return undefined;
  const { base } = await readReference<{ base: string }>(name);
  return { model: join(fixtures, base), adapter: path };
}

function headsOf(name: string): readonly HeadKind[] {
  if (name === scoreAdapter) return ['score'];
  return familyModels.includes(name) ? ['logits', 'score'] : ['logits'];
}

function formsOf(source: Source): GraphCase[] {
  const forGpus = (['q8', 'q4', 'fp16'] as const).map((format): GraphCase => ({
    ...source,
    format,
    target: 'gpu',
    head: 'logits',
  }));
  const range = { from: 0, to: 1 };
  return [...forGpus, { ...source, format: 'int8', target: 'cpu', head: 'states', range }];
}

/** Compiles into a temporary folder, so that no earlier result is taken. */
export async function hashGraph(compiler: Compiler, each: GraphCase): Promise<GraphHashes> {
  const folder = mkdtempSync(join(tmpdir(), 'tqstar-graph-'));
  const model = await compiler.openModel(each.model);
  const adapter = each.adapter === undefined ? undefined : await compiler.openAdapter(each.adapter);
  try {
    const source = compiler.compileSource(model, adapter, each.head, each.range);
    await compiler.compile(source, folder, { format: each.format, target: each.target });
    return {
      graph: await hashFile(join(folder, compiler.graphFile)),
      weights: await hashFile(join(folder, compiler.weightFile)),
    };
  } finally {
    await adapter?.close();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
