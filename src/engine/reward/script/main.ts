import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import {
  lifelineDescriptor,
  loadModule,
  scoreText,
  type Outcome,
  type ScoreParams,
} from './messages.ts';

type Score = (prompt: string, response: string) => unknown;

/** Most characters of an exception that the engine receives. */
const maxReasonLength = 300;

/**
 * Runs one script. The protocol uses Node's IPC channel, so standard output belongs to the script.
 */
function serve(): void {
  // Ctrl+C in a terminal reaches the whole process group, but the engine handles the request.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit());
  new Worker(new URL(import.meta.url)).unref();
  const reader = new IPCMessageReader(process);
  const connection = createMessageConnection(reader, new IPCMessageWriter(process));
  let score: Score | undefined;
  connection.onRequest(loadModule, async ({ path }) => {
    const loaded = await load(path);
    if (typeof loaded !== 'function') return loaded;
    score = loaded;
    return {};
  });
  connection.onRequest(scoreText, (params) => call(score!, params));
  connection.listen();
}

/** The module's `score`: a named export, or a property of a CommonJS module's exports. */
async function load(path: string): Promise<Score | Outcome> {
  try {
    const module = (await import(pathToFileURL(path).href)) as {
      readonly score?: unknown;
      readonly default?: { readonly score?: unknown } | null;
    };
    const score = module.score ?? module.default?.score;
    if (typeof score === 'function') return score as Score;
    return { problem: 'exports no function score(prompt, response)' };
  } catch (error) {
    return { problem: `cannot be loaded: ${reasonOf(error)}` };
  }
}

async function call(score: Score, { prompt, response }: ScoreParams): Promise<Outcome> {
  let returned: unknown;
  try {
    returned = await score(prompt, response);
  } catch (error) {
    return { problem: `threw ${reasonOf(error)}` };
  }
  if (typeof returned === 'number' && Number.isFinite(returned)) return { score: returned };
  const isPlain = typeof returned === 'number' || returned === undefined || returned === null;
  const what = isPlain ? String(returned) : `a ${typeof returned}`;
  return { problem: `returned ${what} as a score; it must be a finite number` };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return text.replace(/\s+/gu, ' ').trim().slice(0, maxReasonLength);
}

/**
 * Ends the process when the parent is gone. A separate thread does this, because a script in an
 * endless loop would not notice.
 */
function watchParent(): void {
  const lifeline = new Socket({ fd: lifelineDescriptor, readable: true, writable: false });
  lifeline.on('error', () => undefined);
  lifeline.once('close', () => {
    process.kill(process.pid, 'SIGKILL');
  });
  lifeline.resume();
}

if (isMainThread) serve();
else watchParent();
