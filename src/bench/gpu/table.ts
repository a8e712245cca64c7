import { markdownTable } from 'markdown-table';
import type { Line } from './lines.ts';

/** A column of a table: the field of a line that it shows, and its format. */
interface Column {
  readonly title: string;
  readonly show: (line: Line) => unknown;
}

const megabyte = 1e6;

const plain = (title: string, key: string): Column => ({ title, show: (line) => line[key] });

const number = (title: string, key: string, digits: number, unit = 1): Column => ({
  title,
  show: (line) => {
    const value = line[key];
    return typeof value === 'number' ? (value / unit).toFixed(digits) : value;
  },
});

const outcome: Column = {
  title: 'outcome',
  show: ({ error, skipped }) => (error === undefined ? skipped : `failed: ${error}`),
};

const format = plain('format', 'format');
const attention = plain('attention', 'attention');
const layers = plain('layers', 'layers');
const ms = number('ms', 'ms', 1);

const runColumns = [
  plain('what', 'what'),
  plain('prefix', 'prefix'),
  plain('branches', 'branches'),
  ms,
  plain('positions', 'positions'),
  number('positions/s', 'perSecond', 0),
  plain('bytes up', 'up'),
  plain('bytes down', 'down'),
];

const memoryColumns = [
  plain('when', 'when'),
  number('process on the card, MB', 'onCard', 0, megabyte),
  number('card in use, MB', 'cardInUse', 0, megabyte),
  number('resident, MB', 'resident', 0, megabyte),
  number('peak resident, MB', 'peakResident', 0, megabyte),
];

const counted = (title: string, key: string): Column => ({
  title,
  show: (line) => {
    const counts = line[key];
    if (typeof counts !== 'object' || counts === null) return undefined;
    return Object.entries(counts)
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ');
  },
});

/** The columns of each part; empty columns are left out. */
const columnsOf: Readonly<Record<string, readonly Column[]>> = {
  doctor: [
    plain('device', 'device'),
    plain('problem', 'problem'),
    number('ms', 'ms', 2),
    number('CPU, ms', 'cpuMs', 2),
  ],
  tokens: [
    format,
    layers,
    plain('method', 'method'),
    plain('tokens', 'tokens'),
    plain("equal to the CPU's", 'equal'),
    plain('first difference', 'first'),
    number('score gap there, nats', 'gap', 6),
  ],
  speed: [
    format,
    plain('method', 'method'),
    plain('reward', 'reward'),
    plain('R/alpha', 'ratio'),
    plain('tokens', 'tokens'),
    number('ms a token', 'ms', 1),
    number('over plain', 'overPlain', 2),
  ],
  runs: [format, attention, layers, ...runColumns],
  dispatches: [
    format,
    attention,
    layers,
    plain('nodes', 'nodes'),
    plain('dispatches', 'dispatches'),
    counted('by provider', 'byProvider'),
    counted('by operator', 'byOperator'),
  ],
  'random-models': [
    plain('model', 'model'),
    format,
    number('compiled in, s', 'compileMs', 1, 1000),
    ...runColumns,
    ...memoryColumns,
  ],
  memory: [format, layers, ...memoryColumns],
  peers: [
    plain('program', 'peer'),
    plain('numbers', 'dtype'),
    plain('our format', 'format'),
    plain('prompt', 'promptTokens'),
    number('ms a token', 'msPerToken', 1),
    number('exact tq, ms', 'ms', 1),
    number('Algorithm 1, ms', 'algorithmMs', 1),
    number('times as fast', 'timesFaster', 1),
  ],
};

/**
 * The lines of one run as Markdown, with one table per part. The run may be incomplete, or have
 * failed parts.
 */
export function gpuTable(lines: readonly Line[]): string {
  const known = Object.keys(columnsOf).filter((part) => lines.some((line) => line.part === part));
  const sections = known.map((part) => sectionOf(part, lines));
  return [machineText(lines), ...sections].join('\n\n');
}

function sectionOf(part: string, lines: readonly Line[]): string {
  const own = lines.filter((line) => line.part === part);
  const seconds = own.reduce((sum, line) => sum + secondsOf(line), 0);
  const ended = own.some((line) => secondsOf(line) > 0);
  const title = `## ${part}${ended ? ` (${seconds.toFixed(0)} s)` : ' (cut)'}`;
  const rows = own.filter((line) => line['seconds'] === undefined);
  // Lines about memory have other columns than timed ones.
  const [memory, others] = [rows.filter(isOfMemory), rows.filter((row) => !isOfMemory(row))];
  const tables = [others, memory].flatMap((some) => tableOf(columnsOf[part]!, some) ?? []);
  return [title, ...tables].join('\n\n');
}

function isOfMemory(line: Line): boolean {
  return line['when'] !== undefined;
}

/** The non-empty columns; undefined if there are none. */
function tableOf(columns: readonly Column[], rows: readonly Line[]): string | undefined {
  const filled = [...columns, outcome].filter(({ show }) => rows.some((row) => isThere(show(row))));
  if (filled.length === 0) return undefined;
  const cells = rows.map((row) => filled.map(({ show }) => cellText(show(row))));
  return markdownTable([filled.map(({ title }) => title), ...cells]);
}

function secondsOf(line: Line): number {
  const { seconds } = line;
  return typeof seconds === 'number' ? seconds : 0;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function cellText(value: unknown): string {
  if (!isThere(value)) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** The machine of the run, one line per property. */
function machineText(lines: readonly Line[]): string {
  const machine = lines.find(({ part }) => part === 'machine');
  if (!machine) return 'The lines do not name the machine.';
  const shown = Object.entries(machine)
    .filter(([name]) => name !== 'part' && name !== 'quick')
    .map(([name, value]) => {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      return `- ${name}: ${text}`;
    });
  const kind =
    machine['quick'] === true
      ? 'A quick run with small sizes, to try the benchmark.'
      : 'A full run.';
  return [kind, '', ...shown].join('\n');
}
