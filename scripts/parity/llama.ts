import { basename } from 'node:path';
import { openGguf } from '../../src/engine/exports/parity.ts';
import { TqError } from '../../src/protocol/errors.ts';
import { LlamaRefusal, LlamaServer } from './llama-server.ts';
import type { ModelPlace } from './own-model.ts';
import { conversations, newTokens, prompts, strings, texts } from './questions.ts';
import type { Answers, LogitsAnswer } from './reference.ts';
import { CannotCompare, type Subject } from './verdict.ts';

/** Positions of a text whose logits are compared. */
const positions = 24;
/** Likeliest tokens that are compared at each position: the server sends them as text. */
const topCount = 1000;

/** Texts go into a document, so a model that can think before it answers is asked not to. */
const variables = { chat_template_kwargs: { enable_thinking: false } };

/** Tokens that llama.cpp ends an answer at because they separate files of code, not answers. */
const codeMarks = [
  ...['<|fim_pad|>', '<fim-pad>', '<fim_pad>', '<PAD>', '[PAD]', '<|fim_repo|>', '<|repo_name|>'],
  ...['<fim-repo>', '<REPO>', '<reponame>', '<|file_sep|>'],
];

/**
 * What llama.cpp makes of a GGUF file.
 * @param program a llama-server
 * @throws CannotCompare for a folder or an adapter, or if the program does not run
 */
export async function askLlama(
  { path, base }: ModelPlace,
  subjects: readonly Subject[],
  program: string,
): Promise<Answers> {
  if (base !== undefined || !path.endsWith('.gguf')) {
    throw new CannotCompare(
      `${basename(path)} is no GGUF file, and llama.cpp reads no other; leave out --llama-server to compare it with transformers.`,
    );
  }
  const { rounded, hasTemplate } = await factsOf(path);
  const empty: Answers = { by: 'llama.cpp', quantised: rounded, missing: {} };
  let server: LlamaServer;
  try {
    server = await LlamaServer.start(program, path);
  } catch (error) {
    if (!(error instanceof CannotCompare)) throw error;
    if (/ENOENT|EACCES/u.test(error.message)) {
      throw new CannotCompare(`${program} does not start (${error.message}).`);
    }
    return { ...empty, error: error.message };
  }
  try {
    const { build_info: build, chat_template: source } = await server.properties();
    const template = hasTemplate ? source : '';
    const ids = await Promise.all(texts.map((text) => server.tokenize(text, true)));
    const [plain = 0] = await server.tokenize('a', false);
    const asked = { server, plain, template, texts: ids.map((each) => each.slice(0, positions)) };
    const answers: Answers = { ...empty, by: `llama.cpp ${build}` };
    for (const subject of subjects) Object.assign(answers, await questions[subject](asked));
    return answers;
  } finally {
    await server.stop();
  }
}

interface FileFacts {
  /** Whether llama.cpp multiplies in less than fp32. */
  readonly rounded: boolean;
  /** llama.cpp lays prompts out as ChatML where the file has no template; that is its own. */
  readonly hasTemplate: boolean;
}

async function factsOf(path: string): Promise<FileFacts> {
  try {
    const { tensors, metadata, close } = await openGguf(path);
    await close();
    return {
      rounded: [...tensors.values()].some(({ type }) => type !== 'F32'),
      hasTemplate: (metadata.get('tokenizer.chat_template') ?? '') !== '',
    };
  } catch (error) {
    if (error instanceof TqError) return { rounded: true, hasTemplate: true };
    throw error;
  }
}

interface Asked {
  readonly server: LlamaServer;
  readonly template: string;
  /** A token that is a whole character. */
  readonly plain: number;
  /** Token ids of the texts whose logits are compared. */
  readonly texts: readonly number[][];
}

const questions: Readonly<Record<Subject, (asked: Asked) => Promise<Partial<Answers>>>> = {
  logits: async ({ server, plain, texts: sequences }) => {
    const logits: LogitsAnswer[] = [];
    for (const inputIds of sequences) {
      const top = [];
      for (let end = 1; end <= inputIds.length; end++) {
        const listed = await server.next(inputIds.slice(0, end), topCount, plain);
        top.push({ ids: listed.map(({ id }) => id), logProbs: listed.map((x) => x.logprob) });
      }
      logits.push({ inputIds, top });
    }
    return { logits };
  },

  tokens: async ({ server }) => ({
    tokens: await Promise.all(
      strings.map(async (text) => ({
        text,
        ids: await server.tokenize(text, true),
        bare: await server.tokenize(text, false),
      })),
    ),
  }),

  template: async ({ server, template }) => ({
    template:
      template === ''
        ? []
        : await Promise.all(
            conversations.map(async ({ messages, addGenerationPrompt }) => ({
              messages,
              addGenerationPrompt,
              text: await refusable(() =>
                server.render({
                  ...{ messages, add_generation_prompt: addGenerationPrompt, ...variables },
                }),
              ),
            })),
          ),
  }),

  prompt: async ({ server, template }) => ({
    prompt:
      template === ''
        ? []
        : await Promise.all(
            prompts.map(async (prompt) => {
              const system =
                prompt.system === undefined ? [] : [{ role: 'system', content: prompt.system }];
              const messages = [...system, { role: 'user', content: prompt.text }];
              const text = await refusable(() => server.render({ messages, ...variables }));
              return { ...prompt, ids: text === null ? null : await server.tokenize(text, false) };
            }),
          ),
  }),

  ends: async ({ server, template }) => {
    const may = server.endTokens();
    const marks = await Promise.all(codeMarks.map((mark) => server.tokenize(mark, false)));
    const apart = new Set(marks.flatMap((ids) => (ids.length === 1 ? ids : [])));
    const must = may.filter((id) => !apart.has(id));
    return { ends: { must, may, closes: await closing(server, template, may) } };
  },

  greedy: async ({ server, plain, texts: sequences }) => {
    const ends = new Set(server.endTokens());
    const greedy = [];
    for (const inputIds of sequences.slice(0, 2)) {
      const ids: number[] = [];
      const margins: number[] = [];
      while (ids.length < newTokens && !ends.has(ids.at(-1) ?? -1)) {
        const [first, second] = await server.next([...inputIds, ...ids], 2, plain);
        ids.push(first!.id);
        margins.push(first!.logprob - second!.logprob);
      }
      greedy.push({ inputIds, ids, margins });
    }
    return { greedy };
  },
};

/** The end token that the template writes after an answer, else the one that the file names. */
async function closing(
  server: LlamaServer,
  template: string,
  ends: readonly number[],
): Promise<number | null> {
  const messages = [
    { role: 'user', content: 'Question' },
    { role: 'assistant', content: 'Answer' },
  ];
  const text =
    template === ''
      ? null
      : await refusable(() => server.render({ messages, add_generation_prompt: false }));
  const after = text?.split('Answer')[1] ?? '';
  const ids = await server.tokenize(after, false);
  return ids.find((id) => ends.includes(id)) ?? server.namedEnd() ?? null;
}

async function refusable(ask: () => Promise<string>): Promise<string | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LlamaRefusal) return null;
    throw error;
  }
}
