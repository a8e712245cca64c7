import { access } from 'node:fs/promises';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { ServerKind, ServerOptions } from '../../protocol/servers.ts';
import { z } from 'zod';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import { ServerConnection } from './connection.ts';
import { Continuations } from './continuations.ts';
import type { ServerDialect, ServerFacts } from './dialect.ts';
import { LlamaServer } from './llama-server.ts';
import { ServerProbe } from './probe.ts';
import type { RemoteServer } from './remote-sequence.ts';
import { Sglang } from './sglang.ts';
import { Vllm } from './vllm.ts';

/** Reads the tokenizer of a model on this machine, by id or path. */
export type OpenTokenizer = (model: string) => Promise<TextTokenizer>;

/** A server whose model and tokenizer are known to agree. */
export interface OpenServer extends RemoteServer {
  readonly connection: ServerConnection;
  readonly tokenizer: TextTokenizer;
}

/**
 * Texts that both tokenizers must read alike: words, numbers, spaces, lines, accents, scripts
 * without spaces, and a character of several tokens.
 */
const sampleTexts = [
  'The quick brown fox jumps over the lazy dog.',
  ' Please reply by 14:30 on 3 May, 2026.',
  'First line\nSecond line\n\n  indented\tand tabbed',
  "It's naïve - “quoted” - café, Straße, 10 000 €",
  '会議は正午です。',
  '🙂🥳 {"key": [1, 2.5, null]}',
];

/** Most rollouts for later steps in a round, where the server computes them together. */
const batchedPrefetch = 8;

/**
 * Connects to a server: finds its kind, asks it about its model, compares the tokenizers, and tries
 * whether its numbers depend on how a text is computed.
 * @throws TqError server, or badModel if the tokenizer is unknown or differs
 */
export async function openServer(
  server: ServerOptions,
  key: string | undefined,
  openTokenizer: OpenTokenizer,
  signal: AbortSignal | undefined,
): Promise<OpenServer> {
  const connection = new ServerConnection(server, key);
  const kind = server.kind ?? (await findKind(connection, signal));
  const dialect = dialectOf(kind, connection, server);
  const facts = await dialect.facts(signal);
  const tokenizer = await tokenizerOf(server, facts, connection, openTokenizer);
  await requireSameTokens(dialect, tokenizer, connection, signal);
  const probe = await ServerProbe.open({ dialect, facts, tokenizer, connection }, signal);
  // llama.cpp on a processor takes as much time for each text of a batch as for one alone.
  const prefetchLimit = kind === 'llama-server' ? 0 : batchedPrefetch;
  const { traffic } = connection;
  const maxInFlight = server.maxInFlight ?? facts.slots;
  const continuations = new Continuations(dialect, maxInFlight, traffic);
  return {
    ...{ connection, traffic, dialect, facts, tokenizer, probe },
    ...{ continuations, prefetchLimit },
  };
}

function dialectOf(
  kind: ServerKind,
  connection: ServerConnection,
  { model, adapter }: ServerOptions,
): ServerDialect {
  if (kind === 'llama-server') return new LlamaServer(connection, adapter);
  return kind === 'vllm'
    ? new Vllm(connection, { model, adapter })
    : new Sglang(connection, adapter);
}

/** Asks for what only one kind of server has. */
async function findKind(
  connection: ServerConnection,
  signal: AbortSignal | undefined,
): Promise<ServerKind> {
  const any = z.looseObject({});
  const probes = [
    ['llama-server', '/props', z.looseObject({ total_slots: z.int() })],
    ['sglang', '/server_info', any],
    ['sglang', '/get_model_info', any],
    ['vllm', '/version', z.looseObject({ version: z.string() })],
  ] as const;
  for (const [kind, path, schema] of probes) {
    if (await connection.answers(path, schema, signal)) return kind;
  }
  throw connection.problem(
    'is not llama-server, vLLM or SGLang, or hides which; name its kind, or use one of these servers.',
  );
}

async function tokenizerOf(
  server: ServerOptions,
  { modelPath }: ServerFacts,
  connection: ServerConnection,
  openTokenizer: OpenTokenizer,
): Promise<TextTokenizer> {
  if (server.tokenizer !== undefined) return openTokenizer(server.tokenizer);
  if (connection.isLocal && modelPath !== undefined && (await exists(modelPath))) {
    return openTokenizer(modelPath);
  }
  throw new TqError(
    ErrorCode.badModel,
    `The tokenizer of the server ${connection.name} is not on this machine; name a model with the same tokenizer (a GGUF file, or a folder with tokenizer.json).`,
  );
}

async function requireSameTokens(
  dialect: ServerDialect,
  tokenizer: TextTokenizer,
  connection: ServerConnection,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const text of sampleTexts) {
    const own = tokenizer.encode(text, { specialTokens: false });
    const theirs = await dialect.tokenize(text, signal);
    if (own.join(' ') === theirs.join(' ')) continue;
    throw new TqError(
      ErrorCode.badModel,
      `The tokenizer differs from that of the server ${connection.name}: ${JSON.stringify(text)} is ${own.join(' ')} here and ${theirs.join(' ')} there; name the tokenizer of the server's model.`,
    );
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
