import { freemem } from 'node:os';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { formatBytes } from '../../protocol/units.ts';
import type { FormatName } from '../models/compiler/format.ts';

/** Bytes of memory for one weight; the runtime keeps a second, packed copy of int8 weights. */
const bytesPerWeight: Readonly<Record<FormatName, number>> = {
  fp32: 8,
  int8: 2.2,
  fp16: 4,
  q8: 3,
  q4: 2,
};

/** Bytes of memory for a loaded model with this many weights. */
export function weightMemory(weights: number, format: FormatName): number {
  return Math.ceil(weights * bytesPerWeight[format]);
}

/** Bytes available without swapping, within a container's limit. */
export function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/**
 * Checks before the work starts that it fits into memory.
 * @param what the start of the message: the subject and its verb
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
