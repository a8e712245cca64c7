import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DoneEvent, EngineEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import type { GenerationOptions, Prompt } from '../../protocol/options.ts';
import { generate } from '../../decoding/generate.ts';
import { methodOf } from '../../decoding/methods.ts';
import { checkOptions, rolloutRoom, type DecodingOptionsInput } from '../../decoding/options.ts';
import type { DecodingRequest } from '../../decoding/plan.ts';
import { shortcutsWithout } from '../../decoding/shortcuts.ts';
import type { DecodingResult, TokenEvent as DecodedToken } from '../../decoding/result.ts';
import type { Reward, RewardPrompt } from '../../decoding/reward.ts';
import type { LoadedPolicy } from '../library/loaded-policy.ts';
import { defaultModel, type ModelLibrary } from '../library/model-library.ts';
import type { LoadOptions } from '../library/model-loader.ts';
import { requireMemory } from '../models/memory.ts';
import type { RewardLibrary, RewardLoadOptions } from '../library/reward-library.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import {
  chooseTransfer,
  describeTransfer,
  kindOfTransfer,
  type Transfer,
} from '../library/transfer.ts';

/** Reports what happens while a request runs. */
export type Emit = (event: EngineEvent) => void;

/** What a request runs on. */
export interface Engine {
  readonly models: ModelLibrary;
  readonly rewards: RewardLibrary;
}

/** Policies and rewards of one request, loaded. */
export interface LoadedRequest {
  readonly reference: LoadedPolicy;
  readonly baseline: LoadedPolicy;
  readonly target: Reward | undefined;
  readonly baselineReward: Reward | undefined;
  readonly transfer: Transfer;
}

export function loadOptions(
  options: Pick<GenerationOptions, 'format' | 'device'>,
  emit: Emit,
  signal: AbortSignal,
): LoadOptions {
  return {
    format: options.format,
    device: options.device,
    signal,
    onProgress: (stage, model, done) => {
      emit({ type: 'progress', stage, model, done });
    },
  };
}

/** How the rewards of a request are opened. */
export function rewardOptions(
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): RewardLoadOptions {
  const { folder, allowScripts } = options;
  return { ...loadOptions(options, emit, signal), folder, allowScripts };
}

/**
 * Loads what the options name, and says what may surprise. What can be wrong with a request is
 * looked at first, and rewards before policies, which take longer.
 */
export async function loadRequest(
  { models, rewards }: Engine,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<LoadedRequest> {
  requireText(prompt);
  const baselineId = options.baseline ?? options.policy ?? defaultModel;
  const transfer = chooseTransfer(options, await models.alignment(baselineId));
  const { id, selection } = methodOf(transfer.method);
  checkOptions(decodingOptions(options, transfer), Number.MAX_SAFE_INTEGER);
  if (selection !== 'plain' && options.reward === undefined) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The method ${id} needs a target reward; none was given.`,
    );
  }
  const load = loadOptions(options, emit, signal);
  const open = async (spec: GenerationOptions['reward']): Promise<Reward | undefined> =>
    spec === undefined ? undefined : rewards.open(spec, rewardOptions(options, emit, signal));
  const target = await open(options.reward);
  const baselineReward = await open(options.rewardBaseline);
  const { reference, baseline } = await models.policies(
    { reference: options.policy ?? defaultModel, baseline: baselineId },
    load,
  );
  noteDevice(baseline, emit);
  const transferred = describeTransfer(transfer.method, baseline, options);
  if (transferred !== undefined) emit({ type: 'note', text: transferred });
  if (target && !target.range && selection === 'valued') {
    emit({
      type: 'note',
      text: `The reward ${target.id} has no range, so no candidate can be left out.`,
    });
  }
  return { reference, baseline, target, baselineReward, transfer };
}

/** Says which device was chosen where the request left the choice open. */
function noteDevice({ local }: LoadedPolicy, emit: Emit): void {
  if (local === undefined || local.device.requested === local.device.actual) return;
  const { requested, actual, format, reason } = local.device;
  const text = `Device: ${actual} with ${format} weights (${requested} was asked for; ${reason}).`;
  emit({ type: 'note', text });
}

/** @throws TqError invalidInput when there is nothing but space */
export function requireText({ text }: Prompt): void {
  if (text.trim() !== '') return;
  throw new TqError(ErrorCode.invalidInput, 'The prompt is empty; say what is to be written.');
}

/** The prompt as the model takes it: chat template applied, unless raw. */
export function encodePrompt(tokenizer: TextTokenizer, prompt: Prompt): number[] {
  requireText(prompt);
  if (prompt.raw || !tokenizer.hasChatTemplate) return tokenizer.encode(prompt.text);
  const system =
    prompt.system === undefined ? [] : [{ role: 'system' as const, content: prompt.system }];
  const text = tokenizer.applyChatTemplate([...system, { role: 'user', content: prompt.text }], {
    addGenerationPrompt: true,
  });
  return tokenizer.encode(text, { specialTokens: false });
}

export function rewardPrompt({ policy, tokenizer }: LoadedPolicy, prompt: Prompt): RewardPrompt {
  const { vocabularyId } = policy;
  return {
    text: prompt.text,
    tokens: encodePrompt(tokenizer, prompt),
    draft: prompt.draft,
    writer: { vocabularyId, chatTemplate: tokenizer.chatTemplate },
  };
}

/** Writes one text, an event a token. */
export async function runGeneration(
  cast: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<DoneEvent> {
  const request = decodingRequest(cast, prompt, options, signal);
  return new Writer('aligned', cast, request, emit).finish();
}

/** Writes the aligned and the plain text of one prompt, taking turns token by token. */
export async function runComparison(
  cast: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ aligned: DoneEvent; plain: DoneEvent }> {
  const plainOptions: GenerationOptions = { ...options, method: 'sft', exhaustive: false };
  const request = decodingRequest(cast, prompt, options, signal);
  const plainRequest = decodingRequest(cast, prompt, plainOptions, signal);
  const aligned = new Writer('aligned', cast, request, emit);
  const plain = new Writer('plain', cast, plainRequest, emit);
  try {
    while (!aligned.done || !plain.done) {
      await plain.step();
      await aligned.step();
    }
    return { aligned: await aligned.finish(), plain: await plain.finish() };
  } finally {
    // Where one text fails, the other is in the middle and holds its keys and values.
    await aligned.close();
    await plain.close();
  }
}

function decodingRequest(
  cast: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  signal: AbortSignal,
): DecodingRequest {
  const { reference, baseline, target, baselineReward, transfer } = cast;
  const method = methodOf(options.method ?? transfer.method);
  const role = method.policy === 'either' ? (options.argsPolicy ?? 'reference') : method.policy;
  const writer = role === 'reference' ? reference : baseline;
  const input = decodingOptions(options, transfer);
  requireBranchMemory(writer, input);
  return {
    prompt: rewardPrompt(writer, prompt),
    options: input,
    policies: { reference: reference.policy, baseline: baseline.policy },
    rewards: { target, baseline: baselineReward },
    decode: (ids) => writer.tokenizer.decode(ids, { skipSpecial: true }),
    signal,
  };
}

function decodingOptions(options: GenerationOptions, transfer: Transfer): DecodingOptionsInput {
  return {
    method: options.method ?? transfer.method,
    alpha: options.alpha,
    beta: options.beta ?? transfer.beta,
    topK: options.k,
    rolloutLength: options.rollout,
    rolloutsPerCandidate: options.rollouts,
    maxTokens: options.maxTokens,
    temperature: options.temperature,
    seed: options.seed,
    stop: options.stop,
    argsPolicy: options.argsPolicy,
    exhaustive: options.exhaustive,
    rewardEvery: options.rewardEvery,
    shortcuts: shortcutsWithout(options.without ?? []),
  };
}

/** Tells before the start when the branches of one step cannot fit into the memory that is free. */
function requireBranchMemory({ policy, local }: LoadedPolicy, input: DecodingOptionsInput): void {
  if (local === undefined) return;
  const method = methodOf(input.method);
  const options = checkOptions(input, policy.vocabularySize);
  const { topK, rolloutsPerCandidate, maxTokens } = options;
  const bestOfN = method.selection === 'best-of-n';
  if (!bestOfN && !method.rollouts) return;
  const branches = rolloutsPerCandidate * (bestOfN ? 1 : topK);
  const length = bestOfN ? maxTokens : 1 + rolloutRoom(options, 0);
  requireMemory(
    branches * length * local.decoder.bytesPerPosition,
    `${branches} branches of ${length} tokens need for their keys and values`,
    bestOfN ? 'lower rollouts or maxTokens' : 'lower k, rollouts or rollout',
  );
}

/** One text being written; its clock stands still while the other text has its turn. */
class Writer {
  readonly #generation: AsyncGenerator<DecodedToken, DecodingResult, void>;
  #result: DoneEvent | undefined;
  #elapsed = 0;
  #turnStart: number | undefined;

  constructor(
    private readonly stream: StreamName,
    private readonly cast: LoadedRequest,
    private readonly request: DecodingRequest,
    private readonly emit: Emit,
  ) {
    this.#generation = generate({ ...request, now: () => this.#now() });
  }

  get done(): boolean {
    return this.#result !== undefined;
  }

  /** Writes one token, if the text has not ended. */
  async step(): Promise<void> {
    if (this.#result) return;
    this.#turnStart = performance.now();
    try {
      const next = await this.#generation.next();
      if (next.done) this.#end(next.value);
      else this.emit(tokenEvent(this.stream, next.value));
    } finally {
      this.#elapsed = this.#now();
      this.#turnStart = undefined;
    }
  }

  async finish(): Promise<DoneEvent> {
    while (!this.#result) await this.step();
    return this.#result;
  }

  /** Gives back what an unfinished text holds. */
  async close(): Promise<void> {
    if (!this.#result) await this.#generation.return(undefined as never);
  }

  #now(): number {
    return this.#turnStart === undefined
      ? this.#elapsed
      : this.#elapsed + performance.now() - this.#turnStart;
  }

  #end(result: DecodingResult): void {
    const { parts, samples, ids, ...rest } = result;
    const { method } = this.request.options;
    const transfer = kindOfTransfer(method, this.cast.baseline);
    this.#result = {
      type: 'done',
      stream: this.stream,
      ...rest,
      ids: [...ids],
      ...(parts && { parts }),
      ...(samples && { samples: [...samples] }),
      stats: { ...result.stats, method, ...(transfer && { transfer }) },
    };
    this.emit(this.#result);
  }
}

function tokenEvent(stream: StreamName, { candidates, ...token }: DecodedToken): TokenEvent {
  return { type: 'token', stream, ...token, candidates: [...candidates] };
}
