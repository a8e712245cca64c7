import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import { overall, type Row, type Verdict } from './verdict.ts';

const sentences: Readonly<Record<Verdict, (rows: readonly Row[]) => string>> = {
  equal: () => 'Equal.',
  differs: (rows) => `Differs: ${subjectsOf(rows, 'differs')}.`,
  'not compared': (rows) =>
    `No difference was found, but not everything was compared: ${subjectsOf(rows, 'not compared')}.`,
};

function subjectsOf(rows: readonly Row[], wanted: Verdict): string {
  const found = rows.filter(({ verdict }) => verdict === wanted).map(({ subject }) => subject);
  return [...new Set(found)].join(', ');
}

/** The rows as a table, and one sentence below it. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ subject, by, verdict, found }) => [subject, verdict, by, found]);
  const options = { stringLength: stringWidth, delimiterStart: false, delimiterEnd: false };
  const table = markdownTable(
    [['subject', 'verdict', 'compared with', 'found'], ...cells],
    options,
  );
  return `${table}\n\n${sentences[overall(rows)](rows)}`;
}
