import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { badModel } from '../../models/malformed.ts';

/** The name of a model of Ollama, as in `ollama:qwen2.5:0.5b`. */
const prefix = 'ollama:';

const imageModel = 'application/vnd.ollama.image.model';
const imageAdapter = 'application/vnd.ollama.image.adapter';
const maxManifestBytes = 2 ** 20;

const manifestSchema = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u, 'is not a SHA-256'),
      size: z.number().nonnegative(),
    }),
  ),
});

/** Parts of a name: letters and digits, with dots, dashes and underscores inside. */
const part = /^[\w][\w.-]*$/u;

/** The name in `ollama:NAME`; undefined for another reference. */
export function ollamaNameOf(reference: string): string | undefined {
  return reference.startsWith(prefix) ? reference.slice(prefix.length) : undefined;
}

/** Ollama's folder of models: OLLAMA_MODELS, or its default. */
export function ollamaFolder(environment: NodeJS.ProcessEnv): string {
  return environment['OLLAMA_MODELS']?.trim() || join(homedir(), '.ollama', 'models');
}

/**
 * The GGUF file of a model that Ollama downloaded.
 * @param name `[host/][namespace/]model[:tag]`, as Ollama takes it
 * @throws TqError unknownId listing the models, or badModel if the manifest names no usable file
 */
export async function ollamaModelFile(name: string, folder: string): Promise<string> {
  const path = manifestPath(name);
  const manifest = path && (await readManifest(join(folder, 'manifests', ...path)).catch(notFound));
  if (!manifest) {
    const names = (await ollamaModels(folder)).map((model) => model.name);
    const known = names.length === 0 ? `none is in ${folder}` : `there are ${names.join(', ')}`;
    throw new TqError(
      ErrorCode.unknownId,
      `Ollama has no model ${JSON.stringify(name)} on this machine; ${known}.`,
    );
  }
  const { layers } = manifest;
  if (layers.some(({ mediaType }) => mediaType === imageAdapter)) {
    throw badModel(
      `Ollama's model ${JSON.stringify(name)} is an adapter on another model, which cannot be read from Ollama; use the adapter's own files.`,
    );
  }
  const weights = layers.filter(({ mediaType }) => mediaType === imageModel);
  if (weights.length !== 1) {
    throw badModel(
      `Ollama's model ${JSON.stringify(name)} has ${weights.length} files of weights; 1 is needed.`,
    );
  }
  return join(folder, 'blobs', weights[0]!.digest.replace(':', '-'));
}

/** A model of Ollama and its file. */
export interface OllamaModel {
  readonly name: string;
  readonly path: string;
}

/** The models that Ollama downloaded; empty without Ollama. */
export async function ollamaModels(folder: string): Promise<OllamaModel[]> {
  const root = join(folder, 'manifests');
  const found: OllamaModel[] = [];
  const visit = async (parts: readonly string[]): Promise<void> => {
    const entries = await readdir(join(root, ...parts), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!part.test(entry.name)) continue;
      const inside = [...parts, entry.name];
      if (entry.isDirectory() && inside.length < 4) await visit(inside);
      else if (entry.isFile() && inside.length === 4) {
        const name = shortName(inside);
        const path = await ollamaModelFile(name, folder).catch(() => undefined);
        if (path !== undefined) found.push({ name, path });
      }
    }
  };
  await visit([]);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Folders and file of a model's manifest; undefined for a name that cannot be one. */
function manifestPath(name: string): readonly string[] | undefined {
  const [, path = '', tag = 'latest'] = /^(.*?)(?::([^/:]*))?$/u.exec(name) ?? [];
  const parts = path.split('/');
  const full = [...['registry.ollama.ai', 'library'].slice(0, 3 - parts.length), ...parts, tag];
  return full.length === 4 && full.every((each) => part.test(each)) ? full : undefined;
}

function shortName([host, namespace, model, tag]: readonly string[]): string {
  const owner = namespace === 'library' ? '' : `${namespace}/`;
  const site = host === 'registry.ollama.ai' ? '' : `${host}/${owner === '' ? 'library/' : ''}`;
  return `${site}${owner}${model}:${tag}`;
}

async function readManifest(path: string): Promise<z.output<typeof manifestSchema>> {
  const found = await stat(path);
  if (!found.isFile() || found.size > maxManifestBytes) {
    throw badModel(`${path} is not a manifest of Ollama: it is too large, or no file.`);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw badModel(`${path} is not valid JSON.`, cause);
  }
  const parsed = manifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw badModel(`${path} is not a manifest of Ollama: ${parsed.error.issues[0]!.message}.`);
}

function notFound(error: unknown): undefined {
  if (error instanceof TqError) throw error;
  return undefined;
}
