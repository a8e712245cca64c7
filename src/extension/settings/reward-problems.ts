import { findNodeAtLocation, getNodeValue, parseTree, type Node } from 'jsonc-parser';
import { l10n } from 'vscode';

/** A problem with a reward of tqstar.rewards that the JSON schema cannot express. */
export interface RewardProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

/**
 * Checks tqstar.rewards in the text of a settings file: duplicate ids, ids of built-in rewards, and
 * sums that contain themselves.
 * @param catalogue ids of the built-in rewards
 */
export function findRewardProblems(text: string, catalogue: readonly string[]): RewardProblem[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list = root && findNodeAtLocation(root, ['tqstar.rewards']);
  const rewards = (list?.children ?? []).map((node) => ({ node, id: idOf(node) }));
  const ids = rewards.map(({ id }) => id?.value);
  return rewards.flatMap(({ node, id }, index) => {
    if (id === undefined) return [];
    const problems: RewardProblem[] = [];
    if (catalogue.includes(id.value)) {
      const message = l10n.t(
        'The id "{0}" belongs to a built-in reward. Choose another id.',
        id.value,
      );
      problems.push({ ...placeOf(id.node), message });
    }
    if (ids.indexOf(id.value) !== index) {
      problems.push({
        ...placeOf(id.node),
        message: l10n.t('The id "{0}" is used twice.', id.value),
      });
    }
    // A constraint names its reward itself.
    for (const part of [node, ...(findNodeAtLocation(node, ['parts'])?.children ?? [])]) {
      const reward = findNodeAtLocation(part, ['reward']);
      if (reward && getNodeValue(reward) === id.value) {
        const message = l10n.t('The reward "{0}" cannot be a part of itself.', id.value);
        problems.push({ ...placeOf(reward), message });
      }
    }
    return problems;
  });
}

function idOf(reward: Node): { node: Node; value: string } | undefined {
  const node = findNodeAtLocation(reward, ['id']);
  const value: unknown = node && getNodeValue(node);
  return node && typeof value === 'string' ? { node, value } : undefined;
}

function placeOf({ offset, length }: Node): { offset: number; length: number } {
  return { offset, length };
}
