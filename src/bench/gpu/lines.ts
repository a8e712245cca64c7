import { z } from 'zod';

/**
 * One line of the GPU benchmark's file: the part, and what it found. `error` says why the part
 * failed, `skipped` why it could not run.
 */
const lineSchema = z.looseObject({
  part: z.string(),
  error: z.string().optional(),
  skipped: z.string().optional(),
});
export type Line = z.infer<typeof lineSchema>;

const findingSchema = z.record(z.string(), z.unknown());
/** One finding of a part, without the part's name. */
export type Finding = Readonly<Record<string, unknown>>;

/** Reads a line that a part printed; undefined if it is incomplete or not a finding. */
export function readFinding(text: string): Finding | undefined {
  return read(findingSchema, text);
}

/** Reads a line of the benchmark's file; undefined if it is incomplete or not a line of it. */
export function readLine(text: string): Line | undefined {
  return read(lineSchema, text);
}

/** The lines of the last run in a file, to which every run appends; skips an incomplete line. */
export function lastRun(text: string): Line[] {
  const lines = text.split('\n').flatMap((each) => readLine(each) ?? []);
  const start = lines.findLastIndex(({ part }) => part === 'machine');
  return lines.slice(Math.max(0, start));
}

function read<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
