import { ErrorCode, TqError } from '../protocol/errors.ts';
import { methodOf, type MethodId, type PolicyRole } from './methods.ts';
import { noShortcuts, shortcutsOf, type Shortcuts } from './shortcuts.ts';

/** Options of one request, all set and checked. */
export interface DecodingOptions {
  readonly method: MethodId;
  /** Decoding strength; small is strong. */
  readonly alpha: number;
  /** The strength used when pi_BL was aligned, for (15) and (16). */
  readonly beta: number;
  /** k: candidates a step. */
  readonly topK: number;
  /**
   * H: tokens a rollout may add after the candidate, as far as `maxTokens` lets it; see
   * `rolloutRoom`.
   */
  readonly rolloutLength: number;
  /** n: rollouts a candidate, greedy when 1; for best-of-N the number of responses. */
  readonly rolloutsPerCandidate: number;
  readonly maxTokens: number;
  /** 0 is greedy. Best-of-N samples at 1 then, for N equal responses would be no choice. */
  readonly temperature: number;
  readonly seed: number;
  /** The text is cut before the first of these. */
  readonly stop: readonly string[];
  /** The policy that ARGS decodes: 'reference' is ARGS-SFT, 'baseline' ARGS-DPO. */
  readonly argsPolicy: PolicyRole;
  /** Algorithm 1 in full, whatever `shortcuts` says. */
  readonly exhaustive: boolean;
  readonly shortcuts: Shortcuts;
  /** Most candidates valued at once after the favourite; bounds are looked at between batches. */
  readonly batch: number;
  /** Tokens between two rewards of the text so far, for those who watch; 0 for none. */
  readonly rewardEvery: number;
}

/** Options as a caller gives them: the method, and what differs from the defaults. */
export type DecodingOptionsInput = Pick<DecodingOptions, 'method'> & {
  readonly [Name in keyof Omit<DecodingOptions, 'method' | 'shortcuts'>]?:
    DecodingOptions[Name] | undefined;
} & {
  readonly shortcuts?: { readonly [Name in keyof Shortcuts]?: boolean | undefined } | undefined;
};

/** Whole-number options under the names that people set them by. */
const optionNames = {
  topK: 'k',
  rolloutLength: 'rollout',
  rolloutsPerCandidate: 'rollouts',
  maxTokens: 'maxTokens',
  batch: 'batch',
} as const;

/**
 * Fills in the defaults (the paper's setting) and checks every value.
 * @throws TqError invalidInput, with the option, its value and what is allowed.
 */
export function checkOptions(input: DecodingOptionsInput, vocabularySize: number): DecodingOptions {
  const { method } = input;
  const { estimate, selection } = methodOf(method);
  const indirect = estimate === 'self-normalised';
  const options: DecodingOptions = {
    method,
    alpha: input.alpha ?? 1,
    beta: input.beta ?? 0.1,
    topK: input.topK ?? Math.min(10, vocabularySize),
    rolloutLength: input.rolloutLength ?? (indirect ? 5 : 20),
    rolloutsPerCandidate: input.rolloutsPerCandidate ?? defaultRollouts(indirect, selection),
    maxTokens: input.maxTokens ?? 128,
    temperature: input.temperature ?? 0,
    seed: input.seed ?? 0,
    stop: input.stop ?? [],
    argsPolicy: input.argsPolicy ?? 'reference',
    exhaustive: input.exhaustive ?? false,
    shortcuts: input.exhaustive ? noShortcuts : shortcutsOf(input.shortcuts),
    batch: input.batch ?? 4,
    rewardEvery: input.rewardEvery ?? 0,
  };
  checkNumbers(options, vocabularySize);
  if (indirect && options.rolloutsPerCandidate === 1) {
    fail(
      `The option ${optionNames.rolloutsPerCandidate} is 1; tq-indirect needs at least 2, ` +
        'because with one rollout the weight in (16) cancels, and that is the method dt.',
    );
  }
  const emptyStop = options.stop.findIndex((text) => typeof text !== 'string' || text === '');
  if (emptyStop >= 0) {
    fail(`The stop string ${emptyStop + 1} is empty; a stop string needs at least one character.`);
  }
  if (options.argsPolicy !== 'reference' && options.argsPolicy !== 'baseline') {
    fail(
      `The option argsPolicy is ${quoted(options.argsPolicy)}; it must be reference or baseline.`,
    );
  }
  return options;
}

/**
 * Tokens a rollout may add after a candidate that follows `committed` tokens of response: H, or
 * what is left, for a response has at most T tokens and a longer one could never be written.
 */
export function rolloutRoom(
  { rolloutLength, maxTokens }: Pick<DecodingOptions, 'rolloutLength' | 'maxTokens'>,
  committed: number,
): number {
  return Math.max(0, Math.min(rolloutLength, maxTokens - committed - 1));
}

function defaultRollouts(indirect: boolean, selection: string): number {
  if (selection === 'best-of-n') return 10;
  return indirect ? 4 : 1;
}

function checkNumbers(options: DecodingOptions, vocabularySize: number): void {
  for (const name of ['alpha', 'beta'] as const) {
    const value = options[name];
    if (!(Number.isFinite(value) && value > 0)) {
      fail(`The option ${name} is ${quoted(value)}; it must be a finite number above 0.`);
    }
  }
  const { temperature, seed } = options;
  if (!(Number.isFinite(temperature) && temperature >= 0)) {
    fail(
      `The option temperature is ${quoted(temperature)}; ` +
        'it must be a finite number of 0 (greedy) or more.',
    );
  }
  checkInteger(optionNames.topK, options.topK, 1, vocabularySize, "the policy's vocabulary");
  for (const name of ['rolloutLength', 'rolloutsPerCandidate', 'maxTokens', 'batch'] as const) {
    checkInteger(optionNames[name], options[name], 1);
  }
  checkInteger('seed', seed, 0);
  checkInteger('rewardEvery', options.rewardEvery, 0);
}

function checkInteger(
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  reason?: string,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const upTo = reason === undefined ? 'more' : `at most ${most} (${reason})`;
  const range = reason === undefined ? `${least} or ${upTo}` : `${least} or more and ${upTo}`;
  fail(`The option ${name} is ${quoted(value)}; it must be a whole number of ${range}.`);
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function fail(message: string): never {
  throw new TqError(ErrorCode.invalidInput, message);
}
