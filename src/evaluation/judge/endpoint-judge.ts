import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Journal } from '../run/journal.ts';
import { hashOf } from '../run/plan.ts';
import { Endpoint, type EndpointOptions } from './endpoint.ts';
import {
  addUsage,
  noUsage,
  outcomeOf,
  type Contest,
  type Judge,
  type Usage,
  type Verdict,
} from './judge.ts';
import { questionings, readRatings, type Question, type Ratings } from './rating.ts';

const lineSchema = z.object({
  key: z.string(),
  /** The judge's reply; ratings are parsed again on each run. */
  reply: z.string(),
});

const trial: Question = {
  prompt: 'What is the capital of France?',
  first: 'The capital of France is Paris.',
  second: 'I like cheese.',
};

/**
 * A language model as judge, like GPT-4 in the paper: it rates both responses from 1 to 10, once in
 * each order; the larger sum wins. Replies are kept, so no question is sent twice.
 */
export class EndpointJudge implements Judge {
  readonly name: string;
  readonly #endpoint: Endpoint;
  readonly #replies = new Map<string, string>();

  private constructor(
    private readonly options: EndpointOptions,
    private readonly journal: Journal,
  ) {
    const { model, url, prompt = 'default' } = options;
    const asked = prompt === 'default' ? '' : `, question "${prompt}"`;
    this.name = `${model} at ${new URL(url).host}${asked}`;
    this.#endpoint = new Endpoint(options);
  }

  static async open(options: EndpointOptions, journal: Journal): Promise<EndpointJudge> {
    const judge = new EndpointJudge(options, journal);
    for await (const line of journal.read()) {
      const parsed = lineSchema.safeParse(line);
      if (parsed.success) judge.#replies.set(parsed.data.key, parsed.data.reply);
    }
    return judge;
  }

  /**
   * Sends an easy question, so a judge that is down or replies without ratings fails early.
   * @throws TqError hub
   */
  static async probe(options: EndpointOptions, signal: AbortSignal): Promise<void> {
    const { instruction, question } = questionings[options.prompt ?? 'default'];
    const { text } = await new Endpoint(options).ask(instruction, question(trial), signal);
    if (readRatings(text)) return;
    const shown = text.replaceAll(/\s+/gu, ' ').trim().slice(0, 80);
    const answered = shown === '' ? 'without text' : `with "${shown}"`;
    throw new TqError(
      ErrorCode.hub,
      `The judge ${options.model} answered a trial question ${answered}; its first line must be two ratings from 1 to 10.`,
    );
  }

  get notes(): readonly string[] {
    return this.#endpoint.setsTemperature
      ? []
      : ['The judge refuses a temperature, so it rated at its own.'];
  }

  /** Equal responses are a tie, without a question. */
  async decide(
    { prompt: { text: prompt }, first, second }: Contest,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const none = { unreadable: 0, asked: 0, remembered: 0, usage: noUsage };
    if (first === second) return { outcome: 'tie', ...none };
    const forth = await this.#rate({ prompt, first, second }, signal);
    const back = await this.#rate({ prompt, first: second, second: first }, signal);
    const both = [forth, back];
    const readable = forth.ratings && back.ratings;
    return {
      outcome: readable
        ? outcomeOf(
            forth.ratings.first + back.ratings.second,
            forth.ratings.second + back.ratings.first,
          )
        : 'unreadable',
      unreadable: both.filter(({ ratings }) => !ratings).length,
      asked: both.filter(({ remembered }) => !remembered).length,
      remembered: both.filter(({ remembered }) => remembered).length,
      usage: addUsage(forth.usage, back.usage),
    };
  }

  async #rate(question: Question, signal: AbortSignal): Promise<Rated> {
    const { model, url, prompt = 'default' } = this.options;
    const { instruction, question: worded } = questionings[prompt];
    // The key of the default question is that of runs before there were others.
    const key = hashOf({
      ...{ model, url, instruction, question },
      ...(prompt !== 'default' && { prompt }),
    });
    const known = this.#replies.get(key);
    if (known !== undefined) {
      return { ratings: readRatings(known), remembered: true, usage: noUsage };
    }
    const { text, usage } = await this.#endpoint.ask(instruction, worded(question), signal);
    const ratings = readRatings(text);
    await this.journal.append({
      key,
      judge: this.name,
      question,
      reply: text,
      ratings: ratings ?? null,
      usage,
    });
    this.#replies.set(key, text);
    return { ratings, remembered: false, usage };
  }
}

interface Rated {
  readonly ratings: Ratings | undefined;
  readonly remembered: boolean;
  readonly usage: Usage;
}
