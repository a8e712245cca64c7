import { freemem } from 'node:os';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { formatBytes } from '../../protocol/units.ts';
import type { FormatName } from '../models/compiler/format.ts';

/** Bytes a weight takes in memory; int8 weights are packed once more by the runtime. */
const bytesPerWeight: Readonly<Record<FormatName, number>> = {
  fp32: 8,
  int8: 2.2,
  fp16: 4,
  q8: 3,
  q4: 2,
};

/** Bytes that a model of so many weights takes when it is loaded. */
export function weightMemory(weights: number, format: FormatName): number {
  return Math.ceil(weights * bytesPerWeight[format]);
}

/** Bytes that can be taken without swapping, within the limits of a container. */
export function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/**
 * Tells before the work begins when it cannot fit.
 * @param what the subject of the sentence, with what it is needed for
 * @throws TqError outOfMemory
 */
export function requireMemory(bytes: number, what: string, advice: string): void {
  const available = availableMemory();
  if (bytes <= available) return;
  throw new TqError(
    ErrorCode.outOfMemory,
    `${what} about ${formatBytes(bytes)} of memory, but ${formatBytes(available)} are free; ${advice}.`,
  );
}
