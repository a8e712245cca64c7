import { reportFileName, reportSchema, type ReportData } from '../../protocol/report.ts';

/** A folder whose files are read; it may be anywhere the editor can read. */
export interface ReportFolder {
  /** Size of a file in bytes; undefined where there is no file. */
  size(path: string): Promise<number | undefined>;
  read(path: string): Promise<Uint8Array>;
}

/** What is wrong with a file of a report's folder. */
export type ReportFault =
  | { readonly kind: 'missing' | 'notText' | 'notJson' | 'notDrawing'; readonly file: string }
  | { readonly kind: 'tooLarge'; readonly file: string; readonly limit: number }
  | { readonly kind: 'notReport' | 'unreadable'; readonly file: string; readonly reason: string };

/** Thrown for a file that cannot be shown. */
export class ReportFaultError extends Error {
  constructor(readonly fault: ReportFault) {
    super(`${fault.file}: ${fault.kind}`);
  }
}

/** Largest files that are read, in bytes; the largest of the paper's suites are a tenth of it. */
export const reportLimits = { report: 4_000_000, drawing: 1_000_000 } as const;

/**
 * Reads what a report says, which comes from a workspace that need not be trusted: as data that are
 * checked, never as the HTML that lies beside them.
 * @throws ReportFaultError
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

/** A figure's SVG text, or what is wrong with its file. */
export type ReadDrawing = { readonly id: string } & (
  { readonly svg: string } | { readonly fault: ReportFault }
);

/** Reads the figures of a report; one that cannot be read leaves the others in their place. */
export async function readDrawings(
  folder: ReportFolder,
  { sections }: ReportData,
): Promise<ReadDrawing[]> {
  const ids = new Set(sections.flatMap(({ figures }) => figures.map(({ id }) => id)));
  const drawings: ReadDrawing[] = [];
  for (const id of ids) {
    try {
      drawings.push({ id, svg: await readDrawing(folder, `figures/${id}.svg`) });
    } catch (error) {
      if (!(error instanceof ReportFaultError)) throw error;
      drawings.push({ id, fault: error.fault });
    }
  }
  return drawings;
}

/**
 * An SVG is shown as an image, where nothing in it can run or load anything. What is asked of it
 * besides, one element without declarations, keeps out entities that grow without bounds.
 */
async function readDrawing(folder: ReportFolder, file: string): Promise<string> {
  const svg = await readText(folder, file, reportLimits.drawing);
  if (!/^<svg\s/u.test(svg) || svg.includes('<!')) {
    throw new ReportFaultError({ kind: 'notDrawing', file });
  }
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

/** The size is asked for first, so that a huge file is never read, and looked at again after. */
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
