import { isDeepStrictEqual } from 'node:util';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import type { ServerOptionsInput } from '../protocol/servers.ts';
import { transferOptions } from './cases.ts';
import type { BenchContext } from './default-suite.ts';
import { BenchEngine, type EngineRun } from './engine-runs.ts';
import { numberTable } from './markdown.ts';
import { prepareShipped } from './shipped-model.ts';
import { median, sum } from './statistics.ts';
import { BenchPrompts } from './texts.ts';

export interface RemoteOptions {
  readonly server: ServerOptionsInput;
  readonly prompts: number;
  readonly maxTokens: number;
}

/** How often texts are the same, and what they cost, at one strength of the reward. */
export interface RemoteRow {
  /** Width of the reward's range over alpha. */
  readonly ratio: number;
  readonly prompts: number;
  /** Texts with the tokens that Algorithm 1 in full chooses. */
  readonly same: number;
  /** Milliseconds a token: exact tq over plain decoding, both of the same server; the median. */
  readonly overPlain: number;
  readonly requestsPerToken: number;
  readonly fullRequestsPerToken: number;
}

const ratios = [1, 4] as const;

/**
 * Writes each prompt by plain decoding, exactly, and by Algorithm 1 in full, at a server. The
 * server's model is both policies and the reward is measured on the text, so that the server alone
 * is compared with itself.
 */
export async function measureRemote(
  { locations, programs, prose, progress }: BenchContext,
  { server, prompts, maxTokens }: RemoteOptions,
): Promise<RemoteRow[]> {
  const { tokenizer } = await prepareShipped(locations, 'int8');
  const texts = new BenchPrompts(tokenizer, prose);
  const engine = BenchEngine.start(programs.engine, locations);
  const policy = { policy: `server:${server.id}`, servers: [server], maxTokens };
  const rows: RemoteRow[] = [];
  progress.stage('Texts at the server', ratios.length * prompts, 0);
  try {
    for (const ratio of ratios) {
      const runs: Runs[] = [];
      for (let index = 0; index < prompts; index += 1) {
        const text = texts.text({ index, length: 64, part: Math.floor(index / 10) });
        runs.push(
          await compareRuns(engine, text, { ...policy, ...transferOptions('text', ratio) }),
        );
        progress.update(rows.length * prompts + index + 1, undefined);
      }
      rows.push(rowOf(ratio, runs));
    }
  } finally {
    await engine.stop();
    progress.end();
  }
  return rows;
}

interface Runs {
  readonly plain: EngineRun;
  readonly exact: EngineRun;
  readonly full: EngineRun;
}

async function compareRuns(
  engine: BenchEngine,
  text: string,
  options: GenerationOptionsInput,
): Promise<Runs> {
  const plain = await engine.write(text, { ...options, method: 'sft' });
  const exact = await engine.write(text, options);
  const full = await engine.write(text, { ...options, exhaustive: true });
  return { plain, exact, full };
}

function rowOf(ratio: number, runs: readonly Runs[]): RemoteRow {
  const perToken = (pick: (each: Runs) => EngineRun): number => {
    const stats = runs.map((each) => pick(each).done.stats);
    const requests = sum(stats.map(({ serverRequests }) => serverRequests ?? 0));
    return requests / sum(stats.map(({ steps }) => steps));
  };
  return {
    ratio,
    prompts: runs.length,
    same: runs.filter(({ exact, full }) => isDeepStrictEqual(exact.done.ids, full.done.ids)).length,
    overPlain: median(runs.map(({ plain, exact }) => exact.msPerToken / plain.msPerToken)),
    requestsPerToken: perToken(({ exact }) => exact),
    fullRequestsPerToken: perToken(({ full }) => full),
  };
}

export function remoteTable(rows: readonly RemoteRow[]): string {
  const head = [
    'R/alpha',
    'texts as Algorithm 1 in full',
    'tq over plain',
    'requests a token',
    'in full',
  ];
  return numberTable(
    head,
    rows.map((row) => [
      String(row.ratio),
      `${row.same} of ${row.prompts}`,
      row.overPlain.toFixed(2),
      row.requestsPerToken.toFixed(2),
      row.fullRequestsPerToken.toFixed(2),
    ]),
  );
}
