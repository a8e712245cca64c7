import { fetch } from 'undici';
import { z } from 'zod';
import type { FoundServerEntry } from '../../protocol/found-models.ts';
import { limitedText } from './connection.ts';

/** A server on this machine answers within milliseconds, or is not there. */
const timeoutMs = 800;
const maxBytes = 2 ** 20;

interface UsualServer {
  readonly program: string;
  readonly kind: FoundServerEntry['kind'];
  readonly port: number;
  /** A path that only this program has. */
  readonly sign: string;
}

/** Ports that the programs listen on when nobody chooses another one. */
const usualServers: readonly UsualServer[] = [
  { program: 'llama-server', kind: 'llama-server', port: 8080, sign: '/props' },
  { program: 'vLLM', kind: 'vllm', port: 8000, sign: '/version' },
  { program: 'SGLang', kind: 'sglang', port: 30000, sign: '/server_info' },
  { program: 'Ollama', kind: null, port: 11434, sign: '/api/version' },
  { program: 'LM Studio', kind: null, port: 1234, sign: '/api/v0/models' },
];

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string().max(500) })).max(1000) });

/** Servers that answer on this machine's usual ports; asks each once, and no other machine. */
export async function findServers(
  servers: readonly UsualServer[] = usualServers,
): Promise<FoundServerEntry[]> {
  const found = await Promise.all(servers.map(ask));
  return found.filter((each) => each !== undefined);
}

async function ask({
  program,
  kind,
  port,
  sign,
}: UsualServer): Promise<FoundServerEntry | undefined> {
  const url = `http://127.0.0.1:${port}`;
  if ((await json(`${url}${sign}`)) === undefined) return undefined;
  const models = modelsSchema.safeParse(await json(`${url}/v1/models`));
  return { url, kind, program, models: models.success ? models.data.data.map(({ id }) => id) : [] };
}

/** An answer in JSON; undefined for anything else. */
async function json(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await limitedText(response.body, maxBytes);
    return response.ok && text !== undefined ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
