import { z } from 'zod';

/** Servers that give token ids with log-probabilities, so that every method works. */
export const serverKinds = ['llama-server', 'vllm', 'sglang'] as const;
export type ServerKind = (typeof serverKinds)[number];

/** A server that runs a policy. */
export const serverSchema = z.strictObject({
  /** Its name: `server:ID` names its model as a policy. */
  id: z.string().min(1).max(100),
  /** Its address, http or https, without a path of the API. */
  url: z.string().min(1).max(2000),
  /** Found by asking when left out. */
  kind: z.enum(serverKinds).optional(),
  /** The model, for servers that have several. */
  model: z.string().min(1).optional(),
  /** A LoRA adapter that the server has loaded. */
  adapter: z.string().min(1).optional(),
  /** A model on this machine with the server's tokenizer and chat template: an id or a path. */
  tokenizer: z.string().min(1).optional(),
  /** Most texts in flight; the server's slots when left out. */
  maxInFlight: z.number().int().min(1).max(4096).optional(),
  /** Allows http to another machine. */
  allowInsecure: z.boolean().default(false),
});

export type ServerOptions = z.output<typeof serverSchema>;
export type ServerOptionsInput = z.input<typeof serverSchema>;

const prefix = 'server:';

/** The id in `server:ID`; undefined for another name. */
export function serverIdOf(policy: string): string | undefined {
  return policy.startsWith(prefix) ? policy.slice(prefix.length) : undefined;
}
