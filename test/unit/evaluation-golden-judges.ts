import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { Journal } from '../../src/evaluation/run/journal.ts';
import type { EvaluationProgress } from '../../src/evaluation/run/progress.ts';
import type { WritingContext } from '../../src/evaluation/run/write-responses.ts';
import type { GoldenFixture } from './evaluation-golden-fixture.ts';

/** A model that rates each text as the fixture says, in the order in which it is asked. */
export async function startJudge(
  fixture: GoldenFixture,
): Promise<{ url: string; close: () => Promise<unknown> }> {
  const { ratings, replies, usage } = fixture.judges;
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] };
      const question = messages.at(-1)!.content;
      const prompts = fixture.setups.flatMap((setup) => setup.prompts.map(({ text }) => text));
      const prompt = prompts.find((text) => question.includes(text))!;
      const [first, second] = Object.entries(fixture.texts)
        .filter(([, text]) => text !== '' && question.includes(text))
        .sort(([, a], [, b]) => question.indexOf(a) - question.indexOf(b))
        .map(([name]) => name) as [string, string];
      const special = replies.find(
        (each) => each.prompt === prompt && each.first === first && each.second === second,
      );
      const content = special?.reply ?? `${ratings[first]!} ${ratings[second]!}`;
      const spent = {
        prompt_tokens: usage.prompt,
        completion_tokens: usage.completion,
        prompt_tokens_details: { cached_tokens: usage.cached },
      };
      response.end(JSON.stringify({ choices: [{ message: { content } }], usage: spent }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/v1`, close };
}

interface Scored {
  readonly text: string;
  readonly ended: boolean;
}

/** An engine that scores each text as the fixture says. */
export function scoringContext(
  fixture: GoldenFixture,
  scores: Journal,
  progress: EvaluationProgress,
): WritingContext {
  const { scores: scoreOf, cutScore } = fixture.judges;
  const names = new Map(Object.entries(fixture.texts).map(([name, text]) => [text, name]));
  const engine = {
    stream: (_: unknown, { responses }: { readonly responses: readonly Scored[] }) =>
      Promise.resolve(
        responses.map(({ text, ended }) => ({
          reward: scoreOf[names.get(text)!]! + (ended ? 0 : cutScore),
        })),
      ),
  };
  const engines = {
    count: 1,
    each: async <T>(
      work: readonly T[],
      signal: AbortSignal,
      run: (with_: typeof engine, piece: T, signal: AbortSignal) => Promise<void>,
    ): Promise<void> => {
      for (const piece of work) await run(engine, piece, signal);
    },
  };
  const folder = { scores, settingsHash: 'golden' };
  return {
    engines,
    folder,
    progress,
    signal: new AbortController().signal,
  } as unknown as WritingContext;
}
