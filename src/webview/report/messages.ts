import { z } from 'zod';
import type { ReportData } from '../../protocol/report.ts';

/** A figure's SVG text, or a sentence that says why there is none, in the editor's language. */
export type Drawing = { readonly id: string } & (
  { readonly svg: string } | { readonly problem: string }
);

/** What a report's panel shows: the report, or why it cannot be read. */
export type ReportState =
  | { readonly report: ReportData; readonly drawings: readonly Drawing[] }
  | { readonly problem: string };

/** From the extension host to a report's panel. */
export interface ReportHostMessage {
  /** URI of the report's folder, to open it again after the window reloads. */
  readonly folder: string;
  readonly state: ReportState;
}

/** From a report's panel to the extension host. */
export const reportGuestMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Opens a table's CSV in an editor; the id must be one of the report's. */
  z.object({ type: z.literal('openTable'), id: z.string().max(64) }),
]);
export type ReportGuestMessage = z.output<typeof reportGuestMessageSchema>;

/** State that the panel stores for a reload of the window. */
export const reportPanelStateSchema = z.object({ folder: z.string().min(1).max(10_000) });
export type ReportPanelState = z.output<typeof reportPanelStateSchema>;
