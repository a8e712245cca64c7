import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TqError } from '../../../protocol/errors.ts';
import { readJsonFile } from '../read-json-file.ts';
import { catalogue } from './catalogue.ts';
import { givenDefinitionSchema, type RewardSpec } from './reward-definition.ts';
import { looksLikePath, parseRewardExpression } from './reward-expression.ts';

/** Definitions that name each other are read up to this depth. */
const maxNesting = 8;

/**
 * Whether a reward, or a part of it, judges whole answers; loads no model. A reward that cannot be
 * read does not: opening it says what is wrong.
 * @param spec an id, an expression, a path or a definition
 * @param causalRewards ids of the causal reward models, which all judge whole answers
 */
export async function readsWhole(
  spec: RewardSpec,
  causalRewards: readonly string[],
  folder = '.',
  depth = 0,
): Promise<boolean> {
  if (depth > maxNesting) return false;
  const some = async (specs: readonly RewardSpec[], from = folder): Promise<boolean> => {
    for (const each of specs) {
      if (await readsWhole(each, causalRewards, from, depth + 1)) return true;
    }
    return false;
  };
  if (typeof spec !== 'string') {
    if (spec.type === 'sum') return some(spec.parts.map(({ reward }) => reward));
    return spec.type === 'constraint' && some([spec.reward]);
  }
  const ofPath = async (path: string): Promise<boolean> => {
    if (!/\.json$/iu.test(path)) return true;
    const definition = await readJsonFile(path, 'reward definition', givenDefinitionSchema);
    return some([definition], dirname(path));
  };
  try {
    const path = resolve(folder, spec.trim());
    if (looksLikePath(spec.trim()) && existsSync(path)) return await ofPath(path);
    for (const { name } of parseRewardExpression(spec)) {
      const known = catalogue.find(({ description }) => description.id === name)?.description;
      if (known?.readsWhole === true || causalRewards.includes(name)) return true;
      if (known === undefined && looksLikePath(name) && (await ofPath(resolve(folder, name)))) {
        return true;
      }
    }
    return false;
  } catch (error) {
    if (error instanceof TqError) return false;
    throw error;
  }
}
