import { z } from 'zod';

/**
 * One finding of the GPU benchmark, as a line of its file: the part of the benchmark,
 * and what that part says. `error` is there where the part failed, `skipped` where it could not be done.
 */
const lineSchema = z.looseObject({
  part: z.string(),
  error: z.string().optional(),
  skipped: z.string().optional(),
});
export type Line = z.infer<typeof lineSchema>;

const findingSchema = z.record(z.string(), z.unknown());
/** What a part says of one thing; whoever started it knows the part. */
export type Finding = Readonly<Record<string, unknown>>;

/** A line that a part printed; undefined where it is none, or was cut. */
export function readFinding(text: string): Finding | undefined {
  return read(findingSchema, text);
}

/** A line of the benchmark's file; undefined where it is none, or was cut. */
export function readLine(text: string): Line | undefined {
  return read(lineSchema, text);
}

/** The lines of the last run in a file, to which every run appends; a line that was cut is left out. */
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
