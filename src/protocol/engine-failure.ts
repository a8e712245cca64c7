import { ErrorCode } from './errors.ts';

/**
 * Begins the line with which an engine that must end at once reports why, on its log: its standard
 * output may hold a message that is half written.
 */
const mark = '\u0001tqstar-engine-failure ';

const codes = new Set<number>(Object.values(ErrorCode));

/** Why an engine ended itself. */
export interface EngineFailure {
  readonly code: ErrorCode;
  readonly sentence: string;
}

/** The line of the log that reports a failure; the sentence is cut at 300 characters. */
export function engineFailure(code: ErrorCode, sentence: string): string {
  return `\n${mark}${code} ${sentence.replace(/\s+/gu, ' ').slice(0, 300)}\n`;
}

/** The failure in the last part of an engine's log, if it reports one. */
export function findEngineFailure(log: string): EngineFailure | undefined {
  const at = log.lastIndexOf(mark);
  if (at < 0) return undefined;
  const line = log.slice(at + mark.length).split('\n', 1)[0]!;
  const [, code, sentence] = /^(-?\d+) (.+)$/u.exec(line) ?? [];
  if (sentence === undefined || !codes.has(Number(code))) return undefined;
  return { code: Number(code) as ErrorCode, sentence };
}
