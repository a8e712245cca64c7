import { z } from 'zod';
import type { ReportData } from '../../protocol/report.ts';

/** A figure's SVG text, or why there is none, as a sentence in the person's language. */
export type Drawing = { readonly id: string } & (
  { readonly svg: string } | { readonly problem: string }
);

/** What the panel of a report shows: the report, or why it cannot be read. */
export type ReportState =
  | { readonly report: ReportData; readonly drawings: readonly Drawing[] }
  | { readonly problem: string };

/** From the extension host to the panel of a report. */
export interface ReportHostMessage {
  /** Address of the report's folder, which a reload of the window needs to find it again. */
  readonly folder: string;
  readonly state: ReportState;
}

/** From the panel of a report to the extension host. */
export const reportGuestMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Opens a table's CSV in an editor; the id must be one of the report's. */
  z.object({ type: z.literal('openTable'), id: z.string().max(64) }),
]);
export type ReportGuestMessage = z.output<typeof reportGuestMessageSchema>;

/** What the panel keeps for a reload of the window. */
export const reportPanelStateSchema = z.object({ folder: z.string().min(1).max(10_000) });
export type ReportPanelState = z.output<typeof reportPanelStateSchema>;
