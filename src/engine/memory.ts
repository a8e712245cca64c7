import { freemem } from 'node:os';
import { ErrorCode, TqError } from '../protocol/errors.ts';

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
  const gigabytes = (count: number): string => (count / 2 ** 30).toFixed(1);
  throw new TqError(
    ErrorCode.outOfMemory,
    `${what} about ${gigabytes(bytes)} GB of memory, but ${gigabytes(available)} GB are free; ${advice}.`,
  );
}
