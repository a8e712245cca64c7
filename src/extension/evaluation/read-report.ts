import { problemOfDrawing } from './check-drawing.ts';
import { reportFileName, reportSchema, type ReportData } from '../../protocol/report.ts';

/** Reads files of a folder, which may be remote. */
export interface ReportFolder {
  /** Size of a file in bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  read(path: string): Promise<Uint8Array>;
}

/** A problem with a file of a report's folder. */
export type ReportFault =
  | { readonly kind: 'missing' | 'notText' | 'notJson'; readonly file: string }
  | { readonly kind: 'tooLarge'; readonly file: string; readonly limit: number }
  | {
      readonly kind: 'notReport' | 'notDrawing' | 'unreadable';
      readonly file: string;
      readonly reason: string;
    };

/** A file of a report cannot be shown. */
export class ReportFaultError extends Error {
  constructor(readonly fault: ReportFault) {
    super(`${fault.file}: ${fault.kind}`);
  }
}

/** Maximum file sizes in bytes; ten times the largest files of the paper's suites. */
export const reportLimits = {
  report: 4_000_000,
  drawing: 1_000_000,
  /** All drawings of a report together. */
  drawings: 8_000_000,
} as const;

/**
 * Reads and checks report.json. The workspace may be untrusted, so report.html is never read.
 * @throws ReportFaultError when the file is missing, too large or malformed
 */
export async function readReport(folder: ReportFolder): Promise<ReportData> {
  const file = reportFileName;
  const text = await readText(folder, file, reportLimits.report);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportFaultError({ kind: 'notJson', file });
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const reason = path.length === 0 ? message : `${path.join('.')}: ${message}`;
  throw new ReportFaultError({ kind: 'notReport', file, reason });
}

/** A figure's SVG text, or the problem with its file. */
export type ReadDrawing = { readonly id: string } & (
  { readonly svg: string } | { readonly fault: ReportFault }
);

/** Reads the figures of a report; a figure that cannot be read gets its fault instead. */
export async function readDrawings(
  folder: ReportFolder,
  { sections }: ReportData,
): Promise<ReadDrawing[]> {
  const ids = new Set(sections.flatMap(({ figures }) => figures.map(({ id }) => id)));
  const drawings: ReadDrawing[] = [];
  let left: number = reportLimits.drawings;
  for (const id of ids) {
    try {
      const svg = await readDrawing(folder, `figures/${id}.svg`, left);
      left -= svg.length;
      drawings.push({ id, svg });
    } catch (error) {
      if (!(error instanceof ReportFaultError)) throw error;
      drawings.push({ id, fault: error.fault });
    }
  }
  return drawings;
}

/**
 * Reads an SVG. The panel shows it as an image, in which scripts do not run and nothing is loaded.
 * Only what our own figures consist of passes: a browser can take hours for other drawings.
 */
async function readDrawing(folder: ReportFolder, file: string, left: number): Promise<string> {
  const svg = await readText(folder, file, Math.min(reportLimits.drawing, left));
  const reason = problemOfDrawing(svg);
  if (reason !== undefined) throw new ReportFaultError({ kind: 'notDrawing', file, reason });
  return svg;
}

async function readText(folder: ReportFolder, file: string, limit: number): Promise<string> {
  const bytes = await readBytes(folder, file, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ReportFaultError({ kind: 'notText', file });
  }
}

/** Checks the size before reading, to never read a huge file, and again after reading. */
async function readBytes(folder: ReportFolder, file: string, limit: number): Promise<Uint8Array> {
  try {
    const size = await folder.size(file);
    if (size === undefined) throw new ReportFaultError({ kind: 'missing', file });
    const bytes = size > limit ? undefined : await folder.read(file);
    if (!bytes || bytes.length > limit) {
      throw new ReportFaultError({ kind: 'tooLarge', file, limit });
    }
    return bytes;
  } catch (error) {
    if (error instanceof ReportFaultError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReportFaultError({ kind: 'unreadable', file, reason });
  }
}
