import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { Outcome } from '../../src/extension/editor/rewrite-session.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { requests } from '../../src/protocol/requests.ts';
import type { FactComparison, RewriteResult, UnitResult } from '../../src/protocol/rewriting.ts';
import type { z } from 'zod';
import { until, type Fixture } from './extension-api.ts';

/** A draft that fits on a line. */
export const sentence =
  'I am writing to tell you that the delivery is late because of our supplier.';

type Engine = ExtensionApi['ctx']['engine'];
type Params = z.input<(typeof requests.rewrite)['params']>;
type Answer = string | { readonly keep: 'same' | 'facts' | 'cut' } | AnswerWithFacts;
interface AnswerWithFacts {
  readonly text: string;
  readonly facts?: Partial<FactComparison>;
  readonly others?: readonly string[];
}

/** An engine whose answers to rewrites are known; each paragraph is a unit. */
export class ScriptedEngine {
  readonly requests: Omit<Params, 'requestId'>[] = [];
  answer: (draft: string) => Answer = (draft) => draft.replace(/I am writing.*that the/u, 'The');
  /** Unit at which the engine waits, half way through, until `release` or a stop. */
  holdAt: number | undefined;
  release: () => void = () => undefined;
  readonly #engine: Engine;
  readonly #run: Engine['run'];

  constructor({ api }: Fixture) {
    this.#engine = api.ctx.engine;
    this.#run = this.#engine.run.bind(this.#engine);
    const run = async (
      request: unknown,
      params: unknown,
      onEvent: unknown,
      signal: unknown,
    ): Promise<unknown> =>
      // The extension has its own copy of the requests, so the objects differ.
      (request as { method: string }).method === requests.rewrite.method
        ? this.#rewrite(
            params as Omit<Params, 'requestId'>,
            onEvent as (event: EngineEvent) => void,
            signal as AbortSignal,
          )
        : this.#run(request as never, params as never, onEvent as never, signal as never);
    this.#engine.run = run as Engine['run'];
  }

  restore(): void {
    this.#engine.run = this.#run;
  }

  async #rewrite(
    params: Omit<Params, 'requestId'>,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<RewriteResult> {
    this.requests.push(params);
    const { text, ranges = [{ start: 0, end: params.document.text.length }] } = params.document;
    const spans = ranges.flatMap((range) => paragraphs(text, range));
    const units = spans.map((span, index) => ({ index, ...span }));
    onEvent({ type: 'rewrite-plan', units });
    const results: UnitResult[] = [];
    for (const unit of units) {
      const draft = text.slice(unit.start, unit.end);
      const answer = this.answer(draft);
      const words = typeof answer === 'string' ? answer : 'text' in answer ? answer.text : draft;
      const half = words.slice(0, words.length / 2);
      if (!signal.aborted) onEvent({ type: 'rewrite-text', unit: unit.index, text: half });
      if (this.holdAt === unit.index) await this.#held(signal);
      await new Promise(setImmediate);
      const result = resultOf(unit, draft, signal.aborted ? { keep: 'stopped' } : answer);
      results.push(result);
      if (!signal.aborted) onEvent({ type: 'rewrite-unit', result });
    }
    const facts = comparison({});
    let written = text;
    for (const { start, end, source } of results.toReversed()) {
      written = written.slice(0, start) + source + written.slice(end);
    }
    return { text: written, units: results, facts, reward: null, stopped: signal.aborted };
  }

  #held(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.release = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

function paragraphs(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number }[] {
  const found = text.slice(start, end).matchAll(/\S(?:(?!\n\s*\n|\r\n\s*\r\n)[\s\S])*/gu);
  return [...found].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].trimEnd().length,
  }));
}

function comparison(facts: Partial<FactComparison>): FactComparison {
  return { missing: [], changed: [], added: [], kept: 2, total: 2, ...facts };
}

function resultOf(
  unit: { index: number; start: number; end: number },
  draft: string,
  answer: Answer | { readonly keep: 'stopped' },
): UnitResult {
  const { index, start, end } = unit;
  const shared = { index, start, end, seconds: 1, positions: 10 };
  if (typeof answer !== 'string' && 'keep' in answer) {
    const kept = { reason: answer.keep, text: '' };
    const facts = comparison({});
    return {
      ...shared,
      status: 'kept',
      kept,
      source: draft,
      facts,
      reward: null,
      alternatives: [],
    };
  }
  const { text, facts = {}, others = [] } = typeof answer === 'string' ? { text: answer } : answer;
  const reward = { name: 'concision', before: 0.42, after: 0.71 };
  return {
    ...shared,
    status: 'changed',
    kept: null,
    source: text,
    facts: comparison(facts),
    reward,
    alternatives: others.map((source) => ({ source, facts: comparison({}), reward: 0.6 })),
  };
}

/** Starts a rewrite; `decided` resolves with how it ended. */
export function rewrite(preset = 'clearer'): { decided: Thenable<Outcome | undefined> } {
  return { decided: vscode.commands.executeCommand('tqstar.rewriteSelection', { preset }) };
}

/** Waits until the rewrite can be accepted; throws when an error message is shown. */
export async function ready({ api, errors }: Fixture): Promise<void> {
  await until(() => api.ctx.rewrites.ready || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
}

/** Waits until a unit is being written; throws when an error message is shown. */
export async function writing({ api, errors }: Fixture, index = 0): Promise<void> {
  const state = (): string | undefined => api.ctx.rewrites.session?.units[index]?.state;
  await until(() => state() === 'writing' || errors.length > 0);
  if (errors[0]) throw new Error(errors[0].text);
}

/** Rewrites and accepts. */
export async function accepted(fixture: Fixture): Promise<void> {
  const { decided } = rewrite();
  await ready(fixture);
  await vscode.commands.executeCommand('tqstar.acceptRewrite');
  await decided;
}

/** Titles of the lenses in a document. */
export async function lenses({ uri }: vscode.TextDocument): Promise<string> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return found.map(({ command }) => command?.title ?? '').join(' | ');
}
