import { z } from 'zod';
import type { GenerationOptionsInput, Prompt } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { hashOf } from './plan.ts';
import { Forecast } from './progress.ts';
import type { WritingContext } from './write-responses.ts';

/** A text to score. */
export interface ScoredText {
  readonly prompt: Prompt;
  readonly text: string;
  /** Whether it ended by itself; a reward model reads the end, which a text that was cut lacks. */
  readonly ended: boolean;
  readonly reward: string;
  /** Model that provides tokens and template to a causal reward. */
  readonly policy: string;
  readonly format: GenerationOptionsInput['format'];
}

const lineSchema = z.object({ key: z.string(), score: z.number() });

/** Scores of texts, kept in scores.jsonl so each is computed once. */
export class Scores {
  readonly #known = new Map<string, number>();

  private constructor(private readonly context: WritingContext) {}

  static async open(context: WritingContext): Promise<Scores> {
    const scores = new Scores(context);
    for await (const line of context.folder.scores.read()) {
      const parsed = lineSchema.safeParse(line);
      if (parsed.success) scores.#known.set(parsed.data.key, parsed.data.score);
    }
    return scores;
  }

  /** Scores the texts that have no score yet. */
  async add(label: string, texts: readonly ScoredText[]): Promise<void> {
    const { engines, folder, progress, signal } = this.context;
    const left = new Map(
      texts.map((text) => [keyOf(text), text] as const).filter(([key]) => !this.#known.has(key)),
    );
    if (left.size === 0) return;
    progress.stage(label, left.size);
    const forecast = new Forecast(
      [...left.values()].map(({ reward }) => reward),
      engines.count,
    );
    let done = 0;
    await engines.each([...left], signal, async (engine, [key, scored], abort) => {
      const start = performance.now();
      const { prompt, text, ended, reward, policy, format } = scored;
      const params = {
        prompt,
        responses: [{ text, ended }],
        options: { reward, policy, format, device: 'cpu' as const, allowScripts: true },
      };
      const [result] = await engine.stream(requests.score, params, () => undefined, abort);
      const score = result!.reward;
      await folder.scores.append({ key, reward, score, settings: folder.settingsHash });
      this.#known.set(key, score);
      forecast.done(reward, (performance.now() - start) / 1000);
      progress.update((done += 1), forecast.secondsLeft);
    });
    progress.end();
  }

  /** The score of a text added before. */
  of(text: ScoredText): number {
    return this.#known.get(keyOf(text))!;
  }
}

function keyOf({ prompt, text, ended, reward, policy, format }: ScoredText): string {
  return hashOf({ prompt, text, ended, reward, policy, format });
}
