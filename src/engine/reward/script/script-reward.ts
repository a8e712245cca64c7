import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../../decoding/reward.ts';
import { catalogueEntry, type ScriptRunner } from '../catalogue-entry.ts';
import { bounds, decimal } from '../parameters.ts';
import { RecentTexts } from '../text/recent-texts.ts';
import { ScriptFailure, ScriptProcess } from './script-process.ts';

const defaultTimeoutMs = 2000;
const maxTimeoutMs = 600_000;

/** Milliseconds a script may take for one score. */
export const scriptTimeoutSchema = z.number().int().min(1).max(maxTimeoutMs);

export const scriptEntry = catalogueEntry(
  {
    id: 'script',
    title: 'Script',
    favours: 'what your script scores well',
    description: 'score(prompt, response) of a JavaScript module, run in its own process.',
    range: undefined,
    licence: "the script's own",
  },
  {
    path: z.string().min(1).describe('a JavaScript module that exports score(prompt, response)'),
    range: bounds
      .optional()
      .describe('bounds that every score keeps, as in 0..1 (none when left out)'),
    timeout: decimal
      .pipe(scriptTimeoutSchema)
      .optional()
      .describe(
        `milliseconds for one score, from 1 to ${maxTimeoutMs} (${defaultTimeoutMs} when left out)`,
      ),
  },
  ({ path, range, timeout }, { id, resolvePath, scripts }) =>
    ScriptReward.load({ id, path: resolvePath(path), range, timeout }, scripts),
);

export interface ScriptOptions {
  readonly id: string;
  /** Absolute path of a JavaScript module. */
  readonly path: string;
  /** Bounds that every score must keep; without them decoding cannot prune. */
  readonly range?: Range | undefined;
  /** Time limit of one score in milliseconds; default 2000. */
  readonly timeout?: number | undefined;
}

/** A process in use, with its latest scores. */
interface Run {
  readonly process: Promise<ScriptProcess>;
  readonly recent: RecentTexts<number>;
  users: number;
}

/**
 * A reward that a user wrote: `score(prompt, response)` of a JavaScript module, run in its own
 * process. The process and its cached scores live as long as a session is open, so each request
 * loads the script and the files it reads again.
 */
export class ScriptReward implements Reward {
  readonly id: string;
  readonly range: Range | undefined;
  readonly textOnly = true;
  #run: Run | undefined;

  private constructor(
    private readonly options: ScriptOptions,
    private readonly program: string,
  ) {
    this.id = options.id;
    this.range = options.range;
  }

  /**
   * Loads the script once, to report what is wrong with it before larger files are loaded.
   * @throws TqError forbidden without a runner, invalidInput if the file does not exist, badReward
   *   if it does not load
   */
  static async load(
    options: ScriptOptions,
    runner: ScriptRunner | undefined,
  ): Promise<ScriptReward> {
    if (runner === undefined) throw forbidden(options);
    const file = await stat(options.path).catch(() => undefined);
    if (!file?.isFile()) {
      const reason = file ? 'it is not a file' : 'it does not exist';
      throw new TqError(
        ErrorCode.invalidInput,
        `The script '${options.path}' cannot be used: ${reason}.`,
      );
    }
    const reward = new ScriptReward(options, runner.program);
    (await reward.#start(runner.signal)).end();
    return reward;
  }

  async open({ text }: RewardPrompt, { signal }: RewardOpenOptions = {}): Promise<RewardSession> {
    const run = (this.#run ??= {
      process: this.#start(signal),
      recent: new RecentTexts(64),
      users: 0,
    });
    run.users += 1;
    let open = true;
    const close = (): void => {
      if (open) this.#leave(run);
      open = false;
    };
    await run.process.catch((error: unknown) => {
      close();
      throw error;
    });
    return {
      positions: 0,
      score: async (responses, asked) => {
        const scores: number[] = [];
        // One at a time: each score has its own time limit and depends on no other.
        for (const response of responses) {
          scores.push(await this.#score(run, text, response, asked));
        }
        return scores;
      },
      close,
    };
  }

  async #start(signal: AbortSignal | undefined): Promise<ScriptProcess> {
    const { path } = this.options;
    return ScriptProcess.start({ program: this.program, path, signal }).catch((error: unknown) =>
      this.#fail(error),
    );
  }

  async #score(
    { process, recent }: Run,
    prompt: string,
    response: Response,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const key = JSON.stringify([prompt, response.text]);
    const known = recent.get(key);
    if (known !== undefined) return known;
    const { timeout = defaultTimeoutMs } = this.options;
    const score = await (
      await process
    )
      .score(prompt, response.text, timeout, signal)
      .catch((error: unknown) => this.#fail(error));
    const [low, high] = this.range ?? [-Infinity, Infinity];
    if (score < low || score > high) {
      this.#fail(new ScriptFailure(`returned ${score}, outside its range [${low}, ${high}]`));
    }
    recent.set(key, score);
    return score;
  }

  /** Throws a failure of the script as one sentence; rethrows other errors. */
  #fail(error: unknown): never {
    if (!(error instanceof ScriptFailure)) throw error;
    const { id, path } = this.options;
    throw new TqError(
      ErrorCode.badReward,
      `The script of the reward '${id}' (${path}) ${error.message}.`,
      { cause: error },
    );
  }

  /** Ends the process after its last session. */
  #leave(run: Run): void {
    run.users -= 1;
    if (run.users > 0) return;
    if (this.#run === run) this.#run = undefined;
    void run.process.then(
      (process) => {
        process.end();
      },
      () => undefined,
    );
  }
}

function forbidden({ id, path }: ScriptOptions): TqError {
  return new TqError(
    ErrorCode.forbidden,
    `The reward '${id}' runs the script '${path}'; scripts run on the command line and in trusted workspaces only.`,
  );
}
