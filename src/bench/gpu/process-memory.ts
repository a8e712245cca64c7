import { cardMemoryOf, nvidiaCards } from './card.ts';
import type { PartContext } from './part-context.ts';

/** Bytes of this process, on the card and off it. */
export interface MemoryUse {
  /** As nvidia-smi says of this process; undefined where it does not. */
  readonly onCard: number | undefined;
  /** Taken on the first card, by whomever; undefined without nvidia-smi. */
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
