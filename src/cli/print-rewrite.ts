import type { z } from 'zod';
import type { EngineEvent } from '../protocol/events.ts';
import { requests } from '../protocol/requests.ts';
import type { FactComparison, UnitResult } from '../protocol/rewriting.ts';
import { LoadReport } from './load-report.ts';
import type { Session } from './session.ts';
import { printable } from '../protocol/printable.ts';

type Params = Omit<z.input<(typeof requests.rewrite)['params']>, 'requestId'>;

export interface RewriteOutput {
  /** The byte order mark of the document, or an empty string. */
  readonly mark: string;
  readonly json: boolean;
}

/**
 * Sends a rewrite. Prints the whole document on standard output, and a line for each part of its
 * prose on standard error; with `json`, the events and the result as lines of JSON. An interrupted
 * rewrite prints the document with the parts that were finished.
 */
export async function printRewrite(
  session: Session,
  params: Params,
  { mark, json }: RewriteOutput,
): Promise<void> {
  const { stdout, stderr } = session.process;
  const report = new LoadReport(stderr);
  const onEvent = (event: EngineEvent): void => {
    if (json && event.type.startsWith('rewrite-')) session.printJson(event);
    if (event.type === 'rewrite-unit') {
      report.end();
      if (!json) stderr.write(`${printable(unitLine(event.result, params.document.text))}\n`);
    } else report.report(event);
  };
  try {
    const result = await session.engine.stream(requests.rewrite, params, onEvent, session.signal);
    report.end();
    if (result.units.length === 0 && !result.stopped) {
      stderr.write('There is no prose to rewrite in this document.\n');
    }
    if (json) session.printJson(result);
    // A file takes the document as it is; a terminal might obey what a document says.
    else stdout.write(session.isTerminal ? printable(result.text) : mark + result.text);
  } finally {
    report.end();
  }
}

/** "line 12: changed; clear-writing 0.61 to 0.78; missing: 29 May". */
export function unitLine({ start, status, kept, reward, facts }: UnitResult, text: string): string {
  const line = text.slice(0, start).split(/\r\n|\r|\n/u).length;
  const parts = [
    kept === null ? status : `${status} (${kept.reason}): ${kept.text}`,
    ...(reward === null
      ? []
      : [`${reward.name} ${reward.before.toFixed(2)} to ${reward.after.toFixed(2)}`]),
    ...factNotes(facts),
  ];
  return `line ${String(line)}: ${parts.join('; ')}`;
}

function factNotes({ missing, changed, added }: FactComparison): string[] {
  const notes: [string, string[]][] = [
    ['missing', [...missing]],
    ['changed', changed.map(({ from, to }) => `${from} to ${to}`)],
    ['new', [...added]],
  ];
  return notes.flatMap(([name, list]) => (list.length === 0 ? [] : `${name}: ${list.join(', ')}`));
}
