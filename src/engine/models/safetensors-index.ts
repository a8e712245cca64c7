import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, win32 } from 'node:path';
import { z } from 'zod';
import { isInside, repositoryOf } from './hub-cache.ts';
import { parseCheckedJson, requireJsonSize, stringRecord } from './checked-json.ts';
import { badModel, quoted } from './malformed.ts';
import { ModelSource } from './model-source.ts';

const maxShards = 512;

const indexSchema = z.object({ weight_map: stringRecord });

/** The files of the tensors, as an index lists them. */
export interface ShardIndex {
  /** Tensor name to shard name. */
  readonly shardOfTensor: ReadonlyMap<string, string>;
  /** Shard name to the path of a file inside the index's folder. */
  readonly pathOfShard: ReadonlyMap<string, string>;
}

/**
 * Reads a model.safetensors.index.json. Shards must be files inside its folder, also after links
 * are followed. The links of a snapshot in the Hugging Face cache may lead anywhere inside its
 * repository's folder.
 * @throws TqError badModel
 */
export async function readShardIndex(path: string): Promise<ShardIndex> {
  const source = await ModelSource.open(path);
  try {
    requireJsonSize(source.size, source.label);
    const bytes = Buffer.allocUnsafe(source.size);
    await source.read(bytes, 0);
    const index = parseCheckedJson(bytes, indexSchema, source.label);
    const shardOfTensor = new Map(Object.entries(index.weight_map));
    const shards = new Set(shardOfTensor.values());
    if (shards.size === 0 || shards.size > maxShards) {
      throw badModel(`${source.label} lists ${shards.size} shards; 1 to ${maxShards} are allowed.`);
    }
    const pathOfShard = new Map<string, string>();
    const folder = await realpath(dirname(path));
    for (const shard of shards) {
      pathOfShard.set(shard, await shardPath(folder, shard, source.label));
    }
    return { shardOfTensor, pathOfShard };
  } finally {
    await source.close();
  }
}

async function shardPath(folder: string, shard: string, index: string): Promise<string> {
  const leaves =
    isAbsolute(shard) ||
    win32.isAbsolute(shard) ||
    /[\\:\0]/.test(shard) ||
    shard.split('/').includes('..');
  if (leaves) throw outside(shard, index);
  const path = await realpath(join(folder, shard)).catch((error: unknown) => {
    throw badModel(
      `${index} lists the shard ${quoted(shard)}, which is missing; download it as well.`,
      error,
    );
  });
  const allowed = [folder, repositoryOf(folder) ?? folder];
  if (!allowed.some((place) => isInside(place, path))) throw outside(shard, index);
  return path;
}

function outside(shard: string, index: string) {
  return badModel(
    `${index} lists the shard ${quoted(shard)}; shards must be files in the folder of the index, or links to the blobs of the same model in the Hugging Face cache.`,
  );
}
