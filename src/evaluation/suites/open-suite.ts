import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import {
  causalRewardsOf,
  defaultModel,
  readManifest,
  readsWhole,
} from '../../engine/exports/evaluation.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { fileText } from '../../protocol/file-text.ts';
import { suiteNames, type EvaluatedMethod } from '../../protocol/evaluation.ts';
import { builtInSuite } from './built-in.ts';
import { methodsFor, methodTraits } from './methods.ts';
import { readPrompts } from './prompts.ts';
import {
  suiteFileSchema,
  type setupFileSchema,
  type Setup,
  type SetupPlan,
  type Suite,
} from './suite.ts';

/** Prompts of a setup without --n. */
const defaultPrompts = 60;

/** Longest response of a suite that names none, in tokens. */
const defaultMaxTokens = 64;

export interface SuiteChoices {
  /** A name of `suiteNames`, or the path of a JSON file. */
  readonly suite: string;
  readonly modelsFolder: string;
  /** Ids of the setups to run; undefined for all. */
  readonly setups?: readonly string[] | undefined;
  /** Replace each setup's methods. */
  readonly methods?: readonly EvaluatedMethod[] | undefined;
  /** Prompts of each setup. */
  readonly n?: number | undefined;
  /** Use DPO's implicit reward as r_BL even if a baseline reward is named. */
  readonly implicitBaselineReward: boolean;
}

export interface OpenSuite {
  readonly name: string;
  readonly title: string;
  /** Longest response, where the command line names none. */
  readonly maxTokens: number;
  readonly setups: readonly Setup[];
}

/**
 * Reads a suite and its prompts.
 * @throws TqError unknownId for a suite or setup that does not exist, invalidInput for a bad file
 */
export async function openSuite(choices: SuiteChoices): Promise<OpenSuite> {
  const suite = await findSuite(choices.suite, choices.modelsFolder);
  const { name, title, setups, maxTokens = defaultMaxTokens } = suite;
  const chosen = choices.setups?.map((id) => {
    const setup = setups.find((each) => each.id === id);
    if (setup) return setup;
    const ids = setups.map((each) => each.id).join(', ');
    return fail(ErrorCode.unknownId, `The suite ${name} has no setup "${id}"; it has ${ids}.`);
  });
  let causal: readonly string[] | undefined;
  const open: Setup[] = [];
  for (const { prompts, ...setup } of chosen ?? setups) {
    const read = await readPrompts(prompts, choices.n, defaultPrompts);
    causal ??= causalRewardsOf(await readManifest(choices.modelsFolder));
    open.push({
      ...setup,
      methods: choices.methods ?? setup.methods,
      rewardBaseline: choices.implicitBaselineReward ? null : setup.rewardBaseline,
      prompts: read,
      promptSource: prompts.kind === 'given' ? 'the suite file' : prompts.name,
      readsWhole: await readsWhole(setup.reward, causal),
    });
  }
  return { name, title, maxTokens, setups: open };
}

async function findSuite(suite: string, modelsFolder: string): Promise<Suite> {
  const name = suiteNames.find((each) => each === suite);
  if (name !== undefined) return builtInSuite(name, modelsFolder);
  const bytes = await readFile(suite).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (/[/\\]|\.json$/u.test(suite)) {
      fail(ErrorCode.invalidInput, `The suite file ${suite} cannot be read (${String(code)}).`);
    }
    const names = suiteNames.join(', ');
    return fail(
      ErrorCode.unknownId,
      `There is no suite "${suite}"; it must be one of ${names}, or the path of a JSON file.`,
    );
  });
  return suiteOf(textOf(bytes, suite), suite);
}

function suiteOf(text: string, file: string): Suite {
  const parsed = suiteFileSchema.safeParse(parsedJson(text, file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const place = issue.path.join('.') || 'the file';
    return fail(
      ErrorCode.invalidInput,
      `The suite file ${file} is invalid at ${place}: ${issue.message}.`,
    );
  }
  const { setups, title } = parsed.data;
  const ids = setups.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    fail(
      ErrorCode.invalidInput,
      `The suite file ${file} has two setups "${repeated}"; each id must be unique.`,
    );
  }
  const name = basename(file).replace(/\.json$/u, '');
  return { name, title: title ?? name, setups: setups.map((each) => planOf(each, file)) };
}

function planOf(setup: z.output<typeof setupFileSchema>, file: string): SetupPlan {
  const { rewardBaseline = null, baseline, reward, prompts, policy, title, options } = setup;
  const transfer = setup.transfer ?? (rewardBaseline === null ? 'direct' : 'indirect');
  const usual = methodsFor(transfer).filter((method) => methodTraits[method].kind !== 'best-of-n');
  return {
    id: setup.id,
    title: title ?? `${baseline} to ${reward}`,
    policy: policy ?? defaultModel,
    baseline,
    reward,
    rewardBaseline,
    transfer,
    methods: setup.methods ?? usual,
    prompts:
      typeof prompts === 'string'
        ? {
            kind: 'lines',
            name: prompts,
            file: isAbsolute(prompts) ? prompts : join(dirname(file), prompts),
          }
        : { kind: 'given', prompts },
    options: options ?? {},
  };
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return fileText(bytes);
  } catch (error) {
    return fail(ErrorCode.invalidInput, `The suite file ${file} ${(error as Error).message}.`);
  }
}

function parsedJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(
      ErrorCode.invalidInput,
      `The suite file ${file} is not JSON (${(error as Error).message.replace(/\s+/gu, ' ')}).`,
    );
  }
}

function fail(code: ErrorCode, sentence: string): never {
  throw new TqError(code, sentence);
}
