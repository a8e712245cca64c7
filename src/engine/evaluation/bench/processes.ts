import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { onEvents, sendRequest } from '../../../protocol/connection.ts';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { requests } from '../../../protocol/requests.ts';
import type { Locations } from '../../locations.ts';
import type { ChildReport, ChildTask } from './child.ts';
import { decodingVariants, type DecodingId } from './decoding-variants.ts';
import { benchPrompts } from './prompts.ts';

/** The programs that are started: this benchmark, and the engine it belongs to. */
export interface Programs {
  readonly bench: string;
  readonly engine: string;
}

/** Memory of a process that writes one text with one variant and nothing else. */
export type VariantMemory = ChildReport & { readonly variant: DecodingId };

/** Compiles the shipped model to int8 in a fresh process with an empty cache. */
export async function measureCompile(
  { bench }: Programs,
  locations: Locations,
): Promise<ChildReport> {
  const cache = await mkdtemp(join(tmpdir(), 'tqstar-bench-'));
  try {
    return await runChild(bench, { type: 'compile' }, { ...locations, cache });
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

export async function measureMemory(
  { bench }: Programs,
  locations: Locations,
  maxTokens: number,
  onVariant: () => void,
): Promise<VariantMemory[]> {
  const memories: VariantMemory[] = [];
  for (const { id: variant } of decodingVariants) {
    const task = { type: 'decode', variant, maxTokens } as const;
    memories.push({ variant, ...(await runChild(bench, task, locations)) });
    onVariant();
  }
  return memories;
}

/**
 * Milliseconds from starting the engine to its first plain token, the compiled model being in the
 * cache: what a person waits for when an editor was just opened.
 */
export async function measureFirstToken(
  { engine }: Programs,
  locations: Locations,
): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [engine], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environmentFor(locations),
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const exited = once(child, 'exit');
  const gone = exited.then(([code]) => {
    throw new TqError(
      ErrorCode.engineGone,
      `The engine ${engine} ended with exit code ${String(code)} before it had written a token.`,
    );
  });
  let firstToken: number | undefined;
  onEvents(connection, (_, event) => {
    if (event.type === 'token') firstToken ??= performance.now() - start;
  });
  connection.listen();
  const generation = sendRequest(connection, requests.generate, {
    requestId: 'first-token',
    prompt: { text: benchPrompts[0]! },
    options: { method: 'sft', maxTokens: 2 },
  });
  await Promise.race([generation, gone]);
  // From here on the engine is meant to end.
  gone.catch(() => undefined);
  child.stdin.end();
  await exited;
  connection.dispose();
  return firstToken!;
}

async function runChild(
  bench: string,
  task: ChildTask,
  locations: Locations,
): Promise<ChildReport> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [bench, 'child', JSON.stringify(task)],
    { env: environmentFor(locations) },
  );
  return JSON.parse(stdout) as ChildReport;
}

function environmentFor({ models, cache }: Locations): NodeJS.ProcessEnv {
  return { ...process.env, TQSTAR_MODELS: models, TQSTAR_CACHE: cache };
}
