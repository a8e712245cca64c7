import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { Reward } from '../../../decoding/reward.ts';
import type { ScriptRunner } from '../catalogue-entry.ts';
import { catalogue } from './catalogue.ts';
import { Clamped } from '../clamped.ts';
import { requireOutside } from '../closed-folders.ts';
import { Constraint } from '../constraint.ts';
import { ClassifierReward } from '../model/classifier.ts';
import type { RewardDescription } from '../description.ts';
import { withFiniteScores } from '../finite-scores.ts';
import { describeIssue, readJsonFile } from '../read-json-file.ts';
import {
  type RewardDefinition,
  type RewardSpec,
  type SumDefinition,
  givenDefinitionSchema,
} from './reward-definition.ts';
import { unknownParameter } from '../parameters.ts';
import { type RewardTerm, looksLikePath, parseRewardExpression } from './reward-expression.ts';
import { ScriptReward } from '../script/script-reward.ts';
import { styleGuide } from '../text/style-guide.ts';
import { type WeightedPart, WeightedSum } from '../weighted-sum.ts';

/** What createReward needs besides the specification. */
export interface RewardContext {
  /** Folder with one folder for each shipped model. */
  readonly modelsFolder: string;
  /** Verifies the files of a model in that folder, by its id, before they are read. */
  readonly verifyModel?: (id: string) => Promise<void>;
  /** Opens a causal reward model by an id of `causalRewards` or an absolute path. */
  readonly createCausal?: (spec: string, label?: string) => Promise<Reward>;
  /** Causal reward models that have an id. */
  readonly causalRewards?: readonly Pick<RewardDescription, 'id'>[];
  /** Folder that relative paths start from; default: the working directory. */
  readonly baseFolder?: string | undefined;
  /** Folders whose files are refused. */
  readonly closedFolders?: readonly string[] | undefined;
  /** Undefined where scripts are not allowed. */
  readonly scripts?: ScriptRunner | undefined;
}

/** Definitions contain definitions and name files with more; a file may even name itself. */
const maxNesting = 8;

/**
 * Makes a reward from an expression (see parseRewardExpression), the path of a definition's .json
 * file, the path of a causal reward model, or a definition as an object.
 *
 * @throws TqError unknownId that lists the ids; invalidInput for a wrong parameter, weight, file or
 *   definition; badModel for a model and badReward for a script that cannot be loaded; forbidden
 *   for a script where scripts are not allowed, and for a file in a closed folder.
 */
export async function createReward(spec: unknown, context: RewardContext): Promise<Reward> {
  return build(typeof spec === 'string' ? spec : checkedDefinition(spec), context, 0);
}

function checkedDefinition(spec: unknown): RewardDefinition {
  const checked = givenDefinitionSchema.safeParse(spec);
  if (checked.success) return checked.data;
  throw new TqError(
    ErrorCode.invalidInput,
    `The reward definition cannot be used: ${describeIssue(checked.error)}.`,
  );
}

async function build(spec: RewardSpec, context: RewardContext, depth: number): Promise<Reward> {
  if (depth > maxNesting) {
    throw new TqError(
      ErrorCode.invalidInput,
      `Reward definitions are nested more than ${maxNesting} levels deep; check whether a definition names itself.`,
    );
  }
  return typeof spec === 'string'
    ? fromText(spec.trim(), context, depth)
    : fromDefinition(spec, context, depth);
}

async function fromText(text: string, context: RewardContext, depth: number): Promise<Reward> {
  // A path may contain + and *, which are operators in an expression.
  if (looksLikePath(text) && existsSync(resolvePath(text, context))) {
    return fromPath(text, context, depth);
  }
  const terms = parseRewardExpression(text);
  const [first] = terms;
  if (terms.length === 1 && first!.weight === 1) return fromTerm(first!, context, depth);
  const parts: WeightedPart[] = [];
  for (const term of terms) {
    parts.push({ reward: await fromTerm(term, context, depth), weight: term.weight });
  }
  return new WeightedSum(parts, { id: text });
}

async function fromTerm(term: RewardTerm, context: RewardContext, depth: number): Promise<Reward> {
  const reward = await fromName(term, context, depth);
  return term.atLeast === undefined ? reward : new Constraint(reward, term.atLeast);
}

async function fromName(term: RewardTerm, context: RewardContext, depth: number): Promise<Reward> {
  const known = catalogue.find(({ description }) => description.id === term.name);
  if (known !== undefined) {
    return known.create(term.parameters, {
      id: term.written,
      modelFolder: async (id) => {
        await context.verifyModel?.(id);
        return join(context.modelsFolder, id);
      },
      resolvePath: (path) => resolvePath(path, context),
      scripts: context.scripts,
    });
  }
  const causal = context.causalRewards?.some(({ id }) => id === term.name) ?? false;
  // The id of a hub model looks like a path.
  if (!causal && looksLikePath(term.name)) {
    return fromPath(term.name, context, depth, term.parameters);
  }
  if (!causal || context.createCausal === undefined) throw unknownReward(term.name, context);
  const label = labelOf(term.name, term.parameters);
  return withFiniteScores(await context.createCausal(term.name, label));
}

async function fromPath(
  path: string,
  context: RewardContext,
  depth: number,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Reward> {
  const absolute = resolvePath(path, context);
  if (/\.json$/iu.test(absolute)) {
    if (Object.keys(parameters).length > 0)
      throw unknownParameter(path, Object.keys(parameters)[0]!, []);
    const definition = await readJsonFile(absolute, 'reward definition', givenDefinitionSchema);
    return build(definition, { ...context, baseFolder: dirname(absolute) }, depth + 1);
  }
  if (!existsSync(absolute)) {
    throw new TqError(ErrorCode.unknownId, `There is no reward model at '${oneLine(absolute)}'.`);
  }
  if (context.createCausal === undefined) throw unknownReward(path, context);
  return withFiniteScores(await context.createCausal(absolute, labelOf(path, parameters)));
}

async function fromDefinition(
  definition: RewardDefinition,
  context: RewardContext,
  depth: number,
): Promise<Reward> {
  switch (definition.type) {
    case 'sum':
      return fromSum(definition, context, depth);
    case 'constraint': {
      const { id, reward, atLeast } = definition;
      return new Constraint(await build(reward, context, depth + 1), atLeast, id);
    }
    case 'style-guide': {
      const { avoid, prefer } = definition;
      return styleGuide({ avoid: [...avoid], prefer: [...prefer] }, definition.id);
    }
    case 'classifier':
      return ClassifierReward.load(resolvePath(definition.path, context), definition);
    case 'script':
      return ScriptReward.load(
        { ...definition, path: resolvePath(definition.path, context) },
        context.scripts,
      );
  }
}

async function fromSum(
  definition: SumDefinition,
  context: RewardContext,
  depth: number,
): Promise<Reward> {
  const parts: WeightedPart[] = [];
  for (const { reward: spec, weight, clamp } of definition.parts) {
    const reward = await build(spec, context, depth + 1);
    parts.push({ reward: clamp === undefined ? reward : new Clamped(reward, clamp), weight });
  }
  const sum = new WeightedSum(parts, definition);
  return definition.clamp === undefined ? sum : new Clamped(sum, definition.clamp);
}

/** The label, which is the only parameter of causal reward models. */
function labelOf(name: string, { label, ...others }: Readonly<Record<string, string>>) {
  const [unknown] = Object.keys(others);
  if (unknown === undefined) return label;
  throw unknownParameter(name, unknown, ['label']);
}

function unknownReward(name: string, context: RewardContext): TqError {
  const known = [
    ...catalogue.map(({ description }) => description),
    ...(context.causalRewards ?? []),
  ];
  const ids = known.map(({ id }) => id).join(', ');
  return new TqError(
    ErrorCode.unknownId,
    `There is no reward '${oneLine(name)}'; the rewards are ${ids}.`,
  );
}

/** A name or path that a person or a file gives, for a sentence. */
function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ');
}

function resolvePath(path: string, { baseFolder, closedFolders = [] }: RewardContext): string {
  const absolute = resolve(baseFolder ?? '.', path);
  requireOutside(absolute, closedFolders);
  return absolute;
}
