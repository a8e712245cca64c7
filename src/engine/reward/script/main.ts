import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import {
  lifelineDescriptor,
  messageDescriptor,
  type Outcome,
  type ScoreRequest,
  type ScriptRequest,
} from './messages.ts';
import { maxMemoryBytes } from './memory-limit.ts';

type Score = (prompt: string, response: string) => unknown;

/** Most characters of an exception that the engine receives. */
const maxReasonLength = 300;

const memoryCheckMs = 50;

/** Runs one script. */
function serve(): void {
  // Ctrl+C in a terminal reaches the whole process group, but the engine handles the request.
  process.on('SIGINT', () => undefined);
  new Worker(new URL(import.meta.url)).unref();
  const messages = new Socket({ fd: messageDescriptor, readable: true, writable: true });
  messages.on('error', () => undefined);
  messages.once('close', end);
  let score: Score | undefined;
  const answer = async (request: ScriptRequest): Promise<Outcome> => {
    if (!('load' in request)) return call(score!, request);
    const loaded = await load(request.load);
    if (typeof loaded !== 'function') return loaded;
    score = loaded;
    return {};
  };
  createInterface({ input: messages }).on('line', (line) => {
    void answer(JSON.parse(line) as ScriptRequest).then((outcome) => {
      messages.write(`${JSON.stringify(outcome)}\n`);
    });
  });
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

async function call(score: Score, { prompt, response }: ScoreRequest): Promise<Outcome> {
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

/** Kills this process and those that the script started: they are in its group. */
function end(): void {
  const group = process.platform === 'win32' ? process.pid : -process.pid;
  process.kill(group, 'SIGKILL');
}

/**
 * Ends the process when the parent is gone, or when it uses too much memory. A separate thread does
 * this, because a script in an endless loop would not notice.
 */
function watch(): void {
  const lifeline = new Socket({ fd: lifelineDescriptor, readable: true, writable: false });
  lifeline.on('error', () => undefined);
  lifeline.once('close', end);
  lifeline.resume();
  setInterval(() => {
    if (process.memoryUsage.rss() <= maxMemoryBytes) return;
    const problem = `used more than ${maxMemoryBytes / 2 ** 20} MB of memory and was stopped`;
    try {
      writeSync(messageDescriptor, `\n${JSON.stringify({ problem })}\n`);
    } finally {
      end();
    }
  }, memoryCheckMs);
}

if (isMainThread) serve();
else watch();
