import { prepare, type PreparedRequest } from '../../decoding/generate.ts';
import { policyRole } from '../../decoding/plan.ts';
import type { DoneEvent } from '../../protocol/events.ts';
import type { GenerationOptions, Prompt } from '../../protocol/options.ts';
import { methodOf } from '../../decoding/methods/catalogue.ts';
import type { LocalRuntime } from '../library/loaded-policy.ts';
import { requireMemory } from '../models/memory.ts';
import { decodingOptions, type Emit, type LoadedRequest } from './load-request.ts';
import { rewardPrompt } from './prompts.ts';
import { TextWriter, type PreparedText } from './text-writer.ts';
import { writtenText } from './written-text.ts';

/** Writes one text, with one event per token. */
export async function runGeneration(
  loaded: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<DoneEvent> {
  const prepared = prepareText(loaded, prompt, options, signal);
  return new TextWriter('aligned', loaded, prepared, emit).finish();
}

/** Writes the aligned and the plain text of one prompt, taking turns token by token. */
export async function runComparison(
  loaded: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ aligned: DoneEvent; plain: DoneEvent }> {
  const plainOptions: GenerationOptions = { ...options, method: 'sft', exhaustive: false };
  const prepared = prepareText(loaded, prompt, options, signal);
  const plainPrepared = prepareText(loaded, prompt, plainOptions, signal);
  const aligned = new TextWriter('aligned', loaded, prepared, emit);
  const plain = new TextWriter('plain', loaded, plainPrepared, emit);
  try {
    while (!aligned.done || !plain.done) {
      await plain.step();
      await aligned.step();
    }
    return { aligned: await aligned.finish(), plain: await plain.finish() };
  } finally {
    // If one text fails, the other is unfinished and still holds keys and values.
    await aligned.close();
    await plain.close();
  }
}

/**
 * Checks the request for one text of loaded policies and rewards.
 * @throws TqError contextFull when prompt and text may not fit into the context
 */
export function prepareText(
  loaded: LoadedRequest,
  prompt: Prompt,
  options: GenerationOptions,
  signal: AbortSignal,
): PreparedText {
  const { reference, baseline, target, rewardBaseline, transfer } = loaded;
  const method = methodOf(options.method ?? transfer.method);
  const writer = { reference, baseline }[policyRole(method, options)];
  const asked = rewardPrompt(writer, prompt);
  const { read, ...written } = writtenText(writer.tokenizer, asked.tokens);
  const prepared = prepare({
    prompt: asked,
    options: decodingOptions(options, transfer),
    policies: { reference: reference.policy, baseline: baseline.policy },
    rewards: { target, baseline: rewardBaseline },
    ...written,
    signal,
  });
  if (writer.local) requireBranchMemory(writer.local, prepared);
  return { ...prepared, read };
}

/** Refuses a text if the branches of one step do not fit into the free memory. */
function requireBranchMemory({ decoder }: LocalRuntime, { method, plan }: PreparedRequest): void {
  const branches = method.branches(plan.options);
  if (branches === undefined) return;
  const { count, length, options } = branches;
  requireMemory(
    count * length * decoder.bytesPerPosition,
    `${count} branches of ${length} tokens need for their keys and values`,
    `lower ${options}`,
  );
}
