import { rootOf } from './lexicon.ts';
import { contentAfter, type Token } from './tokens.ts';

/** How sure or free an act is: "must", "may", "can" or "will". */
export type Modality = 'must' | 'may' | 'can' | 'will';

/** A modality and the root of the verb that it belongs to. */
export interface Mode {
  readonly modality: Modality;
  readonly root: string;
}

const modals: Readonly<Record<string, Modality>> = {
  ...{ must: 'must', shall: 'must', may: 'may', might: 'may', can: 'can', could: 'can' },
  ...{ will: 'will', "we'll": 'will', "i'll": 'will', "you'll": 'will', "it'll": 'will' },
};
const asked = /^(?:i|we|you|he|she|it|they|not|never|the|that|this)$/u;

/** What a sentence says must, may, can or will be done; questions and denials are left out. */
export function modesOf(tokens: readonly Token[], text: string): readonly Mode[] {
  return tokens.flatMap(({ lower }, index): Mode[] => {
    const next = tokens[index + 1]?.lower ?? '';
    const modality = Object.hasOwn(modals, lower)
      ? modals[lower]
      : /^(?:have|has|need|needs)$/u.test(lower) && next === 'to'
        ? 'must'
        : undefined;
    if (modality === undefined || asked.test(next)) return [];
    const at = contentAfter(tokens, index, text);
    return at === undefined ? [] : [{ modality, root: rootOf(tokens[at]!.lower) }];
  });
}

const opposites: ReadonlySet<string> = new Set([
  ...['must may', 'may must', 'must can', 'can must', 'will may', 'may will'],
]);

/** Verbs whose modality a rewrite turned, as pairs of the old and the new one. */
export function turnedModes(
  draft: readonly Mode[],
  rewrite: readonly Mode[],
): [Modality, Modality][] {
  const [before, after] = [byRoot(draft), byRoot(rewrite)];
  return [...before].flatMap(([root, modes]): [Modality, Modality][] => {
    const now = after.get(root);
    if (now === undefined || [...modes].some((mode) => now.has(mode))) return [];
    const [from, to] = [[...modes][0]!, [...now][0]!];
    return opposites.has(`${from} ${to}`) ? [[from, to]] : [];
  });
}

function byRoot(modes: readonly Mode[]): Map<string, Set<Modality>> {
  const roots = new Map<string, Set<Modality>>();
  for (const { root, modality } of modes) {
    roots.set(root, (roots.get(root) ?? new Set<Modality>()).add(modality));
  }
  return roots;
}
