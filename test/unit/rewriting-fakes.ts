import type { EngineEvent } from '../../src/protocol/events.ts';
import type { Preset, RewriteDocument, RewriteResult } from '../../src/protocol/rewriting.ts';
import { rewriteDocument, type RewriteTask } from '../../src/rewriting/rewrite-document.ts';
import type {
  MeaningKept,
  Score,
  UnitWriter,
  WritingTask,
  Written,
} from '../../src/rewriting/unit-writer.ts';

/** An answer, or one with another end than the model's own. */
export type Answered = string | (Pick<Written, 'text' | 'stop'> & Partial<Written>);

/** A writer that answers from a function, and records what it was asked. */
export class FakeWriter implements UnitWriter {
  readonly rewardName = 'brevity';
  readonly tasks: WritingTask[] = [];

  constructor(
    private readonly answer: (task: WritingTask) => Answered,
    private readonly scoreOf: (text: string) => Score = brevity,
    private readonly meaningOf: (draft: string, text: string) => number = () => 1,
  ) {}

  async write(task: WritingTask): Promise<Written> {
    this.tasks.push(task);
    const answered = this.answer(task);
    const written =
      typeof answered === 'string' ? { text: answered, stop: 'eos' as const } : answered;
    task.onText(written.text.slice(0, 5));
    task.onText(written.text);
    if (task.signal.aborted) return { text: '', tokens: [], stop: 'cancelled', positions: 1 };
    return { tokens: [], ...written, positions: 10 };
  }

  async meaning(draft: string, text: string): Promise<MeaningKept> {
    return { kept: this.meaningOf(draft, text), atLeast: 0.7 };
  }

  async score(_: string, texts: readonly string[]): Promise<Score[]> {
    return texts.map((text) => this.scoreOf(text));
  }
}

/** Fewer characters are better. */
function brevity(text: string): Score {
  const asked = 1 / (1 + text.length);
  return { asked, total: asked, unmet: [] };
}

export const preset: Preset = {
  id: 'shorter',
  instruction: 'Rewrite the text so that it says the same in fewer words',
  reward: 'brevity',
  constraints: [],
};

export interface FakeRewrite {
  readonly result: RewriteResult;
  readonly events: readonly EngineEvent[];
}

/** Rewrites a document with a fake writer and a clock that stands still. */
export async function rewriteWith(
  writer: FakeWriter,
  document: RewriteDocument,
  task: Partial<RewriteTask> = {},
  { languages, signal = new AbortController().signal, onEvent }: FakeDeps = {},
): Promise<FakeRewrite> {
  const events: EngineEvent[] = [];
  const sampling = { temperature: 0, seed: 5 };
  const result = await rewriteDocument(
    { document, preset, candidates: 1, attempt: 0, sampling, ...task },
    {
      openWriter: async () => writer,
      languages,
      emit: (event) => {
        events.push(event);
        onEvent?.(event);
      },
      now: () => 0,
      signal,
    },
  );
  return { result, events };
}

export interface FakeDeps {
  readonly languages?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EngineEvent) => void;
}
