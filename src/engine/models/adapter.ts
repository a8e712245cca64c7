import { stat } from 'node:fs/promises';
import { badModel } from './malformed.ts';
import type { Adapter } from './adapter/changes.ts';
import { isGgufAdapter, openGgufAdapter } from './adapter/gguf-adapter.ts';
import { isPeftFolder, openPeftAdapter } from './adapter/peft-adapter.ts';
import { weightedAdapters, type WeightedAdapter } from './adapter/weighted-adapters.ts';

export type { Adapter } from './adapter/changes.ts';

/** Whether a path is an adapter: a folder in PEFT's layout, or a GGUF file of the type adapter. */
export async function isAdapter(path: string): Promise<boolean> {
  return (await isPeftFolder(path)) || isGgufAdapter(path);
}

/**
 * Opens an adapter folder or an adapter in a GGUF file.
 * @throws TqError badModel if it cannot be used
 */
export async function openAdapter(path: string): Promise<Adapter> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? openGgufAdapter(path) : openPeftAdapter(path);
}

/** Opens adapters that are added with weights. */
export async function openAdapters(
  places: readonly { readonly path: string; readonly weight: number }[],
): Promise<Adapter> {
  const opened: WeightedAdapter[] = [];
  try {
    for (const { path, weight } of places) {
      opened.push({ adapter: await openAdapter(path), weight });
    }
    if (opened.length === 0) throw badModel('No adapter is named.');
    return weightedAdapters(opened);
  } catch (error) {
    await Promise.all(opened.map(({ adapter }) => adapter.close()));
    throw error;
  }
}
