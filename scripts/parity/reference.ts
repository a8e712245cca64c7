import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CannotCompare } from './verdict.ts';

const ids = z.array(z.int().nonnegative());

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });

/** Logits after each of `inputIds`: all of them, or log-probabilities of the likeliest tokens. */
const allLogits = z.object({
  inputIds: ids,
  /** [positions, vocabulary] */
  logitsShape: z.tuple([z.int().positive(), z.int().positive()]),
  /** Little-endian float32 in base64, row-major. */
  logits: z.string(),
});

const topLogits = z.object({
  inputIds: ids,
  top: z.array(z.object({ ids, logProbs: z.array(z.number()) })),
});

export const conversationSchema = z.object({
  messages: z.array(message),
  addGenerationPrompt: z.boolean(),
});

export const promptSchema = z.object({ text: z.string(), system: z.string().exactOptional() });

const answersSchema = z.object({
  /** The program and its version. */
  by: z.string(),
  /** Whether the program computed with quantised weights or activations, or in fp32. */
  quantised: z.boolean().default(false),
  /** Why a subject has no answers. */
  missing: z.record(z.string(), z.string()).default({}),
  /** Why the program does not open the model at all, or its weights. */
  error: z.string().optional(),
  modelError: z.string().optional(),
  logits: z.array(z.union([allLogits, topLogits])).optional(),
  /** `ids` with the tokenizer's begin and end tokens, `bare` without. */
  tokens: z.array(z.object({ text: z.string(), ids, bare: ids })).optional(),
  /** Rendered text; null where the template refuses the messages. Empty without a template. */
  template: z.array(conversationSchema.extend({ text: z.string().nullable() })).optional(),
  /** Tokens of a prompt in its chat template; null where the template refuses it. */
  prompt: z.array(promptSchema.extend({ ids: ids.nullable() })).optional(),
  /** Tokens that must end an answer, those that may, and the one that closes it. */
  ends: z.object({ must: ids, may: ids, closes: z.int().nullable() }).optional(),
  /** Likeliest continuations; `margins` are logits of the likeliest less the second token. */
  greedy: z.array(z.object({ inputIds: ids, ids, margins: z.array(z.number()) })).optional(),
});

/** What another program makes of a model. */
export type Answers = z.output<typeof answersSchema>;
export type LogitsAnswer = NonNullable<Answers['logits']>[number];
export type Conversation = z.output<typeof conversationSchema>;
export type AskedPrompt = z.output<typeof promptSchema>;

/** A fixture of the tests: logits of one text, with the tensors' checksums. */
const fixtureSchema = allLogits.transform((logits): Answers => ({
  by: 'reference.json',
  quantised: false,
  missing: {},
  logits: [logits],
}));

const schema = z.union([answersSchema, fixtureSchema]);

/** @throws CannotCompare if the text is not a reference */
export function parseAnswers(json: string, source: string): Answers {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw new CannotCompare(`${source} is not JSON.`);
  }
  const read = schema.safeParse(content);
  if (read.success) return read.data;
  throw new CannotCompare(
    `${source} is no reference: it must be a file that --record wrote, or have inputIds, logitsShape and logits.`,
  );
}

/** @throws CannotCompare if the file cannot be read or is no reference */
export async function readAnswers(path: string): Promise<Answers> {
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CannotCompare(`The reference ${path} cannot be read.`, { cause });
  });
  return parseAnswers(json, path);
}

/** Log-probabilities of tokens at one position. */
export interface Expected {
  readonly ids: ArrayLike<number>;
  readonly logProbs: ArrayLike<number>;
  /** Size of the vocabulary, if all of it is given. */
  readonly vocabulary: number | undefined;
}

/** The expected log-probabilities after each of a text's tokens. */
export function expectedRows(answer: LogitsAnswer): Expected[] {
  if ('top' in answer) return answer.top.map((row) => ({ ...row, vocabulary: undefined }));
  const [count, vocabulary] = answer.logitsShape;
  const bytes = Buffer.from(answer.logits, 'base64');
  if (bytes.length !== 4 * count * vocabulary || count !== answer.inputIds.length) {
    throw new CannotCompare(
      `The reference has ${bytes.length} bytes of logits for ${answer.inputIds.length} tokens; its logitsShape [${count}, ${vocabulary}] needs ${4 * count * vocabulary}.`,
    );
  }
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset).slice(0, bytes.length));
  const all = Array.from({ length: vocabulary }, (_, id) => id);
  return Array.from({ length: count }, (_, row) => ({
    ids: all,
    logProbs: logSoftmax(values.subarray(row * vocabulary, (row + 1) * vocabulary)),
    vocabulary,
  }));
}

function logSoftmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Float64Array.from(logits, (logit) => logit - largest - Math.log(sum));
}
