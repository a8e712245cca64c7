import { freemem } from 'node:os';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { formatBytes } from '../../protocol/units.ts';
import type { FormatName } from '../models/compiler/format.ts';

/**
 * Bytes in memory for one weight. The runtime packs the weights that it multiplies with, and lets
 * go of the copy on disk.
 */
const bytesPerWeight: Readonly<Record<FormatName, number>> = {
  fp32: 4,
  int8: 1,
  fp16: 4,
  q8: 1.1,
  q4: 0.6,
};

/** Bytes besides the weights: tokenizer, graph, and the keys and values of a text. */
export const besidesWeights = 120e6;

/** Bytes that an engine needs more for a model with this many weights, which writes on the CPU. */
export function modelMemory(weights: number, format: FormatName): number {
  return weightMemory(weights, format) + besidesWeights;
}

/** Bytes of the weights in memory. */
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
