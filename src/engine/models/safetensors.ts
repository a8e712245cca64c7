import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { contentInstead } from './folder-content.ts';
import { modelName } from './hub-cache.ts';
import { badModel, quoted } from './malformed.ts';
import { ModelSource } from './model-source.ts';
import {
  type SafetensorsEntry,
  readableTypes,
  readSafetensorsHeader,
} from './safetensors-header.ts';
import { readShardIndex } from './safetensors-index.ts';
import type { TensorFile, TensorInfo } from './tensor-file.ts';
import { readRows, tensorNamed } from './tensor-rows.ts';

const singleName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
/** For all shards together, so that many shards cannot need more memory than their files. */
const maxTensors = 100_000;

/**
 * Opens a .safetensors file, or a model folder with a model.safetensors or the shards that its
 * model.safetensors.index.json lists. Headers are untrusted; anything malformed is a TqError
 * `badModel`. Lists tensors of every type; F32, F16 and BF16 can be read. `read` reads weights from
 * disk.
 */
export async function openSafetensors(pathOrFolder: string): Promise<TensorFile> {
  if (!(await isFolder(pathOrFolder))) return openFile(pathOrFolder);
  const single = join(pathOrFolder, singleName);
  if (await exists(single)) return openFile(single);
  const index = join(pathOrFolder, indexName);
  if (await exists(index)) return openShards(index);
  // A link to a file that is missing is there by its name.
  const names = (await readdir(pathOrFolder)).filter((name) => name !== singleName);
  const instead = contentInstead(names, pathOrFolder);
  throw badModel(
    `The folder ${modelName(resolve(pathOrFolder))} ${instead ?? `has neither ${singleName} nor ${indexName}; download its weights as well`}.`,
  );
}

async function openFile(path: string): Promise<TensorFile> {
  const source = await ModelSource.open(path);
  try {
    const tensors = readSafetensorsHeader(source);
    return {
      tensors,
      read: async (name, start, count) =>
        readTensor(source, tensorNamed(tensors, name, source.label), start, count),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readTensor(
  source: ModelSource,
  tensor: SafetensorsEntry,
  start?: number,
  count?: number,
): Promise<Float32Array> {
  const encoding = readableTypes.get(tensor.type);
  if (!encoding) {
    throw badModel(
      `${source.label} cannot be used: tensor ${quoted(tensor.name)} is stored as ` +
        `${tensor.type}; supported types are ${[...readableTypes.keys()].join(', ')}.`,
    );
  }
  return readRows(source, { ...tensor, encoding }, start, count);
}

async function openShards(indexPath: string): Promise<TensorFile> {
  const index = await readShardIndex(indexPath);
  const shards = new Map<string, TensorFile>();
  const close = async () => {
    await Promise.all([...shards.values()].map((shard) => shard.close()));
  };
  try {
    let count = 0;
    for (const [name, path] of index.pathOfShard) {
      const shard = await openFile(path);
      shards.set(name, shard);
      count += shard.tensors.size;
      if (count > maxTensors) {
        throw badModel(`The shards of ${indexName} have more than ${maxTensors} tensors.`);
      }
    }
    const tensors = new Map<string, TensorInfo>();
    for (const [name, shard] of index.shardOfTensor) {
      tensors.set(name, tensorNamed(shards.get(shard)!.tensors, name, shard));
    }
    return {
      tensors,
      read: async (name, start, count) => {
        tensorNamed(tensors, name, indexName);
        return shards.get(index.shardOfTensor.get(name)!)!.read(name, start, count);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
