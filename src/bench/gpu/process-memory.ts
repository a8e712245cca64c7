import { cardMemoryOf, nvidiaCards } from './card.ts';
import type { PartContext } from './part-context.ts';

/** Bytes of this process, on the card and in main memory. */
export interface MemoryUse {
  /** From nvidia-smi; undefined if it does not list this process. */
  readonly onCard: number | undefined;
  /** In use on the first card by all processes; undefined without nvidia-smi. */
  readonly cardInUse: number | undefined;
  readonly resident: number;
  readonly peakResident: number;
}

export async function memoryUse({ device }: Pick<PartContext, 'device'>): Promise<MemoryUse> {
  const onGpu = device !== 'cpu';
  return {
    onCard: onGpu ? await cardMemoryOf(process.pid) : undefined,
    cardInUse: onGpu ? (await nvidiaCards())[0]?.used : undefined,
    resident: process.memoryUsage.rss(),
    peakResident: 1024 * process.resourceUsage().maxRSS,
  };
}
