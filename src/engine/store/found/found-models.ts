import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { FoundModelEntry } from '../../../protocol/found-models.ts';
import { openGguf } from '../../models/gguf/gguf-file.ts';
import { ollamaFolder, ollamaModels } from './ollama.ts';

/** Most models that are listed; reading the header of each takes some milliseconds. */
const maxModels = 200;
/** Levels of folders below the root of a program's models. */
const maxDepth = 4;

/** A model as a program left it, before its header is read. */
interface Place {
  readonly program: FoundModelEntry['program'];
  readonly name: string;
  /** What names it as a policy. */
  readonly reference: string;
  readonly path: string;
}

/** Where programs keep models on this machine. */
export interface ModelFolders {
  readonly ollama: string;
  readonly lmStudio: readonly string[];
  readonly llamaCpp: string;
  readonly hub: string;
}

/** From each program's own variables, else its default folder. */
export function modelFolders(environment: NodeJS.ProcessEnv): ModelFolders {
  const home = homedir();
  const caches = environment['XDG_CACHE_HOME']?.trim() || join(home, '.cache');
  const own = process.platform === 'darwin' ? join(home, 'Library', 'Caches') : caches;
  const hubHome = environment['HF_HOME']?.trim() || join(caches, 'huggingface');
  return {
    ollama: ollamaFolder(environment),
    lmStudio: [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')],
    llamaCpp: environment['LLAMA_CACHE']?.trim() || join(own, 'llama.cpp'),
    hub: environment['HF_HUB_CACHE']?.trim() || join(hubHome, 'hub'),
  };
}

/** Models that other programs keep on this machine, with what their headers say. */
export async function findModels(folders: ModelFolders): Promise<FoundModelEntry[]> {
  const places = [
    ...(await ollamaModels(folders.ollama)).map(({ name, path }) => ({
      program: 'Ollama' as const,
      ...{ name, reference: `ollama:${name}`, path },
    })),
    ...(await Promise.all(folders.lmStudio.map((folder) => ggufFiles(folder, 'LM Studio')))).flat(),
    ...(await ggufFiles(folders.llamaCpp, 'llama.cpp')),
    ...(await hubSnapshots(folders.hub)),
  ];
  const found: FoundModelEntry[] = [];
  for (const place of places.slice(0, maxModels)) found.push(await describe(place));
  return found;
}

async function ggufFiles(root: string, program: 'LM Studio' | 'llama.cpp'): Promise<Place[]> {
  const found: Place[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < maxDepth) await visit(path, depth + 1);
      else if (entry.isFile() && isModelFile(entry.name)) {
        found.push({ program, name: basename(path, '.gguf'), reference: path, path });
      }
    }
  };
  await visit(root, 0);
  return found;
}

/** A model, or the first part of one: not a projector of images, nor a later part. */
function isModelFile(name: string): boolean {
  const part = /-(\d{5})-of-\d{5}\.gguf$/iu.exec(name);
  return (
    /\.gguf$/iu.test(name) && !/^mmproj/iu.test(name) && (part === null || part[1] === '00001')
  );
}

/** The newest snapshots in the cache of the Hugging Face hub. */
async function hubSnapshots(root: string): Promise<Place[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found: Place[] = [];
  for (const entry of entries) {
    const [, name] = /^models--(.+)$/u.exec(entry.name) ?? [];
    if (!entry.isDirectory() || name === undefined) continue;
    const repository = name.replace('--', '/');
    const path = await newestSnapshot(join(root, entry.name, 'snapshots'));
    if (path === undefined) continue;
    const files = await readdir(path).catch(() => []);
    const ggufs = files.filter(isModelFile);
    const place = (file: string | undefined): Place => {
      const own = file === undefined ? path : join(path, file);
      const title = file === undefined ? repository : `${repository}/${file}`;
      return { program: 'Hugging Face', name: title, reference: own, path: own };
    };
    if (ggufs.length > 0) found.push(...ggufs.map(place));
    else if (files.some((file) => file.endsWith('.safetensors'))) found.push(place(undefined));
  }
  return found;
}

async function newestSnapshot(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      return { path, time: found?.isDirectory() ? found.mtimeMs : -Infinity };
    }),
  );
  const [newest] = dated.sort((a, b) => b.time - a.time);
  return newest && newest.time > -Infinity ? newest.path : undefined;
}

async function describe({ program, name, reference, path }: Place): Promise<FoundModelEntry> {
  const found = await stat(path).catch(() => undefined);
  const isFolder = found?.isDirectory() === true;
  const bytes = isFolder ? await folderBytes(path) : (found?.size ?? 0);
  // One that cannot be read is listed, so that a person finds out why when choosing it.
  const unread = { format: isFolder ? 'safetensors' : '', context: null, chat: null };
  const header = found?.isFile() ? await readHeader(path).catch(() => unread) : unread;
  return { program, name, reference, bytes, ...header };
}

async function folderBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function readHeader(
  path: string,
): Promise<Pick<FoundModelEntry, 'format' | 'context' | 'chat'>> {
  const file = await openGguf(path);
  try {
    const architecture = file.metadata.get('general.architecture');
    const context = file.metadata.get(`${String(architecture)}.context_length`);
    const template = file.metadata.get('tokenizer.chat_template');
    const types = new Map<string, number>();
    for (const { type, byteLength } of file.tensors.values()) {
      types.set(type, (types.get(type) ?? 0) + byteLength);
    }
    const [main] = [...types].sort(([, a], [, b]) => b - a);
    return {
      format: `GGUF ${main?.[0] ?? ''}`.trim(),
      context: typeof context === 'number' ? context : null,
      chat: typeof template === 'string' && template.trim() !== '',
    };
  } finally {
    await file.close();
  }
}
