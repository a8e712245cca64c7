import type { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DoneEvent } from '../../protocol/events.ts';
import { requests } from '../../protocol/requests.ts';
import type { Engines } from './engines.ts';
import type { RunFolder } from './folder.ts';
import type { Computation } from './plan.ts';
import { Forecast, type EvaluationProgress } from './progress.ts';
import {
  responseLine,
  responseSchema,
  stepRecord,
  type Response,
  type StepRecord,
  type Versions,
} from './response.ts';

/** The engines, folder and progress that writing responses uses. */
export interface WritingContext {
  readonly engines: Engines;
  readonly folder: RunFolder;
  readonly versions: Versions;
  readonly progress: EvaluationProgress;
  readonly signal: AbortSignal;
}

/** Reads the wanted responses of a folder, by key. */
export async function readResponses(
  folder: RunFolder,
  wanted: readonly Computation[],
): Promise<Map<string, Response>> {
  const keys = new Set(wanted.map(({ key }) => key));
  const found = new Map<string, Response>();
  for await (const line of folder.responses.read()) {
    const response = responseSchema.safeParse(line);
    if (response.success && keys.has(response.data.key))
      found.set(response.data.key, response.data);
  }
  return found;
}

/**
 * Starts a text of every kind with the longest prompt of its setup and stops it at the first token,
 * so a wrong model, reward or option fails before hours are spent.
 * @throws TqError naming setup and method before the engine's sentence
 */
export async function tryEachKind(
  { engines, progress, signal }: Omit<WritingContext, 'folder' | 'versions'>,
  computations: readonly Computation[],
): Promise<void> {
  const longest = new Map<string, Computation>();
  for (const computation of computations) {
    const name = `${computation.setup.id}\n${computation.kind}`;
    const known = longest.get(name);
    if (!known || computation.prompt.text.length > known.prompt.text.length) {
      longest.set(name, computation);
    }
  }
  const tries = [...longest.values()];
  if (tries.length === 0) return;
  progress.stage('Trying each setup and method', tries.length);
  for (const [index, computation] of tries.entries()) {
    signal.throwIfAborted();
    await engines.switchTo(engines.first, computation.setup.id);
    await tryFirstToken(engines.first, computation, signal);
    progress.update(index + 1, undefined);
  }
  progress.end();
}

async function tryFirstToken(
  engine: EngineProcess,
  { setup, method, prompt, options }: Computation,
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController();
  // Best-of-N finishes all its texts before the first token, so make them short.
  const tried = method === 'bon' ? { ...options, maxTokens: 1 } : options;
  try {
    await engine.stream(
      requests.generate,
      { prompt, options: tried },
      ({ type }) => {
        if (type === 'token') enough.abort();
      },
      AbortSignal.any([signal, enough.signal]),
    );
  } catch (error) {
    if (!(error instanceof TqError)) throw error;
    if (error.code === ErrorCode.cancelled && !signal.aborted) return;
    throw new TqError(
      error.code,
      `The method ${method} of the setup ${setup.id} cannot run: ${error.message}`,
      { cause: error },
    );
  }
}

/** Writes the missing responses; each is on disk before the next begins. */
export async function writeResponses(
  context: WritingContext,
  computations: readonly Computation[],
  known: Map<string, Response>,
): Promise<void> {
  const { engines, folder, versions, progress, signal } = context;
  const left = computations.filter(({ key }) => !known.has(key));
  const forecast = new Forecast(
    left.map(({ kind }) => kind),
    engines.count,
  );
  for (const { kind, stats } of known.values()) forecast.learn(kind, stats.wallMs / 1000);
  progress.stage('Writing responses', computations.length, known.size);
  const origin = { settings: folder.settingsHash, versions };
  await engines.each(groupedByPrompt(left), signal, async (engine, group, abort) => {
    await engines.switchTo(engine, group[0]!.setup.id);
    for (const computation of group) {
      abort.throwIfAborted();
      const start = performance.now();
      const { done, steps } = await write(engine, computation, abort);
      const line = responseLine(computation, done, steps, origin);
      await folder.responses.append(line);
      known.set(computation.key, responseSchema.parse(line));
      forecast.done(computation.kind, (performance.now() - start) / 1000);
      progress.update(known.size, forecast.secondsLeft);
    }
  });
  progress.end();
}

async function write(
  engine: EngineProcess,
  { prompt, options }: Computation,
  signal: AbortSignal,
): Promise<{ readonly done: DoneEvent; readonly steps: readonly StepRecord[] }> {
  const steps: StepRecord[] = [];
  const done = await engine.stream(
    requests.generate,
    { prompt, options },
    (event) => {
      if (event.type === 'token') steps.push(stepRecord(event));
    },
    signal,
  );
  if (done.stop === 'cancelled') {
    throw new TqError(ErrorCode.cancelled, 'The evaluation was interrupted.');
  }
  return { done, steps };
}

/** Groups consecutive texts of one prompt, so an engine reads the prompt once. */
function groupedByPrompt(computations: readonly Computation[]): Computation[][] {
  const groups: Computation[][] = [];
  for (const computation of computations) {
    const last = groups.at(-1)?.[0];
    const { setup, promptIndex } = computation;
    if (last?.setup.id === setup.id && last.promptIndex === promptIndex) {
      groups.at(-1)!.push(computation);
    } else groups.push([computation]);
  }
  return groups;
}
