import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  comparedMethods,
  rewritingPagePath,
  type BenchRewritingOptions,
} from '../../cli/parser/bench.ts';
import { EngineProcess } from '../../client/engine-process.ts';
import { defaultModel } from '../../engine/exports/bench.ts';
import { describeMachine } from '../../evaluation/machine.ts';
import type { BenchContext } from '../default-suite.ts';
import { environmentFor } from '../engine-runs.ts';
import { chosenDrafts, readDrafts, type HeldOutDraft } from './drafts.ts';
import { measureRewriting, type RewriteRun } from './measure.ts';
import { rewritingPage, type RewritingResult } from './page.ts';

/**
 * Rewrites the held-out drafts, prints the page, and saves it with all texts.
 * @returns how many texts are damaged
 * @throws TqError invalidInput for an unknown draft or method
 */
export async function runRewriting(
  { locations, programs, progress }: BenchContext,
  options: BenchRewritingOptions,
): Promise<number> {
  const project = dirname(locations.models);
  const { rewriter, methods: arms, quick = false } = options;
  const all = chosenDrafts(await readDrafts(project), options.only);
  const drafts = quick ? all.filter(({ sample }) => sample) : all;
  const part = quick || options.only !== undefined;
  const output = options.out ?? (part ? undefined : join(project, rewritingPagePath));
  const about = { machine: await describeMachine(project), command: commandOf(options), rewriter };
  const runs: RewriteRun[] = [];
  const save = async (): Promise<string> => {
    const result: RewritingResult = { ...about, arms, runs };
    if (output !== undefined) await saveResult(output, result, drafts);
    return rewritingPage(result);
  };
  const env = environmentFor(locations);
  const engine = EngineProcess.start({ program: programs.engine, env, onLog: () => undefined });
  try {
    progress.stage('Rewriting', drafts.length * arms.length);
    const models = { plain: defaultModel, rewriter };
    await measureRewriting(engine, {
      ...{ drafts, arms, models },
      onRun: async (run) => {
        runs.push(run);
        // A run takes long: what it has written so far can be read.
        await save();
        progress.increment();
      },
    });
  } finally {
    progress.end();
    await engine.stop();
  }
  process.stdout.write(await save());
  return runs.filter(({ verdict }) => verdict === 'damaged').length;
}

/** The command that repeats a run. */
function commandOf({ quick, only, methods, rewriter }: BenchRewritingOptions): string {
  const parts = [
    ...(quick ? ['--quick'] : []),
    ...(only ? [`--only ${only.join(',')}`] : []),
    ...(methods === comparedMethods ? [] : [`--methods ${methods.join(',')}`]),
    ...(rewriter === 'rewriter' ? [] : [`--rewriter ${rewriter}`]),
  ];
  return ['npm run bench -- rewriting', ...parts].join(' ');
}

async function saveResult(
  output: string,
  result: RewritingResult,
  drafts: readonly HeldOutDraft[],
): Promise<void> {
  const page = resolve(output);
  await mkdir(dirname(page), { recursive: true });
  const runs = result.runs.map(({ draft, ...run }) => ({ draft: draft.id, ...run }));
  const json = JSON.stringify({ ...result, drafts, runs }, null, 2);
  await writeFile(page, rewritingPage(result));
  await writeFile(page.replace(/(?:\.md)?$/u, '.json'), `${json}\n`);
}
