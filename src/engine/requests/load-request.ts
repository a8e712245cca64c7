import { checkOptions } from '../../decoding/check-options.ts';
import type { MethodTraits } from '../../decoding/methods/traits.ts';
import type { DecodingOptionsInput } from '../../decoding/options.ts';
import { methodOf } from '../../decoding/methods/catalogue.ts';
import { requireReward } from '../../decoding/plan.ts';
import type { Reward } from '../../decoding/reward.ts';
import { estimateBounds, type Bounded } from '../../decoding/shortcuts/bounds.ts';
import { shortcutsWithout } from '../../decoding/shortcuts/shortcuts.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { GenerationOptions, Prompt } from '../../protocol/options.ts';
import type { LoadedPolicies, LoadedPolicy } from '../library/loaded-policy.ts';
import type { ModelLibrary } from '../library/model-library.ts';
import type { LoadOptions } from '../library/model-loader.ts';
import type { RewardLibrary, RewardLoadOptions } from '../library/reward-library.ts';
import { chooseTransfer, describeTransfer, type Transfer } from '../library/transfer.ts';
import { chatNotes, chatSettings, withChat } from './chat-settings.ts';
import { policyNames, whyBaseUnused } from './policy-names.ts';
import { requireText } from './prompts.ts';

/** Reports what happens while a request runs. */
export type Emit = (event: EngineEvent) => void;

/** The libraries that a request uses. */
export interface Engine {
  readonly models: ModelLibrary;
  readonly rewards: RewardLibrary;
}

/** The loaded policies and rewards of one request. */
export interface LoadedRequest extends LoadedPolicies {
  readonly target: Reward | undefined;
  readonly rewardBaseline: Reward | undefined;
  readonly transfer: Transfer;
  /** Sentences about the transfer and the reward that may surprise. */
  readonly notes: readonly string[];
  /** Sentences about how the prompt reaches the model. */
  readonly promptNotes: readonly string[];
}

export function loadOptions(
  options: Pick<GenerationOptions, 'format' | 'device' | 'base'> &
    Partial<Pick<GenerationOptions, 'servers'>>,
  emit: Emit,
  signal: AbortSignal,
): LoadOptions {
  return {
    format: options.format,
    device: options.device,
    servers: options.servers,
    base: options.base,
    signal,
    onProgress: (stage, model, done) => {
      emit({ type: 'progress', stage, model, done });
    },
    onNote: (text) => {
      emit({ type: 'note', text });
    },
  };
}

/** Options for opening the rewards of a request. */
export function rewardOptions(
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): RewardLoadOptions {
  const { folder, allowScripts, closedFolders } = options;
  return { ...loadOptions(options, emit, signal), folder, allowScripts, closedFolders };
}

/**
 * Loads the models and rewards that the options name, and emits notes about what may surprise.
 * Checks the request first, and loads rewards before policies, which take longer.
 */
export async function loadRequest(
  { models, rewards }: Engine,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<LoadedRequest> {
  requireText(prompt);
  const names = policyNames(options);
  const chat = await chatSettings(options);
  const transfer = chooseTransfer(options, await models.alignment(names.baseline.model));
  const method = methodOf(transfer.method);
  const checked = checkOptions(decodingOptions(options, transfer), method, Number.MAX_SAFE_INTEGER);
  requireReward(method, options.reward);
  const load = loadOptions(options, emit, signal);
  const open = async (spec: GenerationOptions['reward']): Promise<Reward | undefined> =>
    spec === undefined ? undefined : rewards.open(spec, rewardOptions(options, emit, signal));
  const target = await open(options.reward);
  const rewardBaseline = await open(options.rewardBaseline);
  const loaded = await models.policies(names, load);
  const reference = withChat(loaded.reference, chat);
  const baseline = withChat(loaded.baseline, chat);
  noteDevice(baseline, emit);
  const policies = { policy: baseline.policy, reference: reference.policy };
  const notes = [
    describeTransfer(transfer.method, { reference, baseline }, options),
    whyUnpruned({ method, options: checked, ...policies, target, rewardBaseline }),
    whyToTheEnd(target, method, options),
    await whyBaseUnused(options, names, models.finder),
  ].filter((text) => text !== undefined);
  const promptNotes = chatNotes(baseline, prompt, chat);
  for (const text of [...promptNotes, ...notes]) emit({ type: 'note', text });
  return { reference, baseline, target, rewardBaseline, transfer, notes, promptNotes };
}

/** A sentence that says that H follows the reward, if it does. */
function whyToTheEnd(
  target: Reward | undefined,
  { estimate }: MethodTraits,
  { rollout }: GenerationOptions,
): string | undefined {
  if (!target?.readsWhole || !estimate?.rollsOut || rollout !== undefined) return undefined;
  return `The reward ${target.id} judges whole answers, so rollouts go to the end of the response.`;
}

/** A sentence that says why bounds cannot prune, if they cannot. */
function whyUnpruned(request: Bounded): string | undefined {
  const { method, target, rewardBaseline } = request;
  if (!method.estimate || !target || estimateBounds(request)) return undefined;
  if (!target.range) return `The reward ${target.id} has no range, so no candidate can be pruned.`;
  return rewardBaseline
    ? `The baseline reward ${rewardBaseline.id} has no range, so no candidate can be pruned.`
    : "DPO's implicit reward has no range, so no candidate can be pruned; a baseline reward with a range would prune.";
}

/** Emits a note with the chosen device if the request left the choice open. */
function noteDevice({ local }: LoadedPolicy, emit: Emit): void {
  if (local === undefined || local.device.requested === local.device.actual) return;
  const { requested, actual, format, reason } = local.device;
  const text = `Device: ${actual} with ${format} weights (${requested} was requested; ${reason}).`;
  emit({ type: 'note', text });
}

/** The options of a request that decoding uses. */
export function decodingOptions(
  options: GenerationOptions,
  { method, beta }: Transfer,
): DecodingOptionsInput {
  const { alpha, k, rollout, rollouts, maxTokens, temperature, seed, stop } = options;
  const { argsPolicy, exhaustive, rewardEvery, without = [] } = options;
  const { indirectReference, rolloutLaw } = options;
  return {
    ...{ alpha, k, rollout, rollouts, maxTokens, temperature, seed, stop },
    ...{ argsPolicy, exhaustive, rewardEvery, indirectReference, rolloutLaw },
    method: options.method ?? method,
    beta: options.beta ?? beta,
    shortcuts: shortcutsWithout(without),
  };
}
