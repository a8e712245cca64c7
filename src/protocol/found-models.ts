import { z } from 'zod';
import { serverKinds } from './servers.ts';

/** A model that another program keeps on this machine. */
export const foundModelSchema = z.object({
  program: z.enum(['Ollama', 'LM Studio', 'llama.cpp', 'Hugging Face']),
  name: z.string(),
  /** What names it as a policy: a path, or `ollama:NAME`. */
  reference: z.string(),
  bytes: z.number().nonnegative(),
  /** Format on disk, for people; empty if its header cannot be read. */
  format: z.string(),
  /** Most positions of a text; null if unknown. */
  context: z.number().nullable(),
  /** Whether it has a chat template; a base model has none. Null if unknown. */
  chat: z.boolean().nullable(),
});
export type FoundModelEntry = z.output<typeof foundModelSchema>;

/** A server that answered on this machine. */
export const foundServerSchema = z.object({
  url: z.string(),
  /** Null for a server that gives no token ids: best of n alone. */
  kind: z.enum(serverKinds).nullable(),
  /** The program, for people. */
  program: z.string(),
  models: z.array(z.string()),
});
export type FoundServerEntry = z.output<typeof foundServerSchema>;
