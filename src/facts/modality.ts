import { rootOf } from './lexicon.ts';
import { contentAfter, type Token } from './tokens.ts';

/** How sure or free an act is. */
export type Modality = 'must' | 'may' | 'can' | 'will' | 'need not' | 'cannot';

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

/** What a sentence says must, may, can or will be done, need not or cannot; no questions. */
export function modesOf(tokens: readonly Token[], text: string): readonly Mode[] {
  return tokens.flatMap(({ lower }, index): Mode[] => {
    const next = tokens[index + 1]?.lower ?? '';
    const denied = deniedMode(tokens, index);
    if (denied !== undefined) {
      const at = contentAfter(tokens, denied.after, text);
      return at === undefined
        ? []
        : [{ modality: denied.modality, root: rootOf(tokens[at]!.lower) }];
    }
    const modality = Object.hasOwn(modals, lower)
      ? modals[lower]
      : /^(?:have|has|need|needs)$/u.test(lower) && next === 'to' && !isDenied(tokens, index)
        ? 'must'
        : undefined;
    if (modality === undefined || asked.test(next)) return [];
    const at = contentAfter(tokens, index, text);
    return at === undefined ? [] : [{ modality, root: rootOf(tokens[at]!.lower) }];
  });
}

function isDenied(tokens: readonly Token[], index: number): boolean {
  return /^not$|n't$/u.test(tokens[index - 1]?.lower ?? '');
}

/** "Need not" or "cannot" at a word that denies, and the last of the words that say it. */
function deniedMode(
  tokens: readonly Token[],
  index: number,
): { readonly modality: Modality; readonly after: number } | undefined {
  const { lower } = tokens[index]!;
  const [before, next, third] = [index - 1, index + 1, index + 2].map(
    (at) => tokens[at]?.lower ?? '',
  );
  if (/^(?:can't|cannot|mustn't)$/u.test(lower)) return { modality: 'cannot', after: index };
  if (lower === 'not' && /^(?:can|must|may)$/u.test(before!))
    return { modality: 'cannot', after: index };
  if (lower === "needn't" || (lower === 'not' && before === 'need')) {
    return { modality: 'need not', after: index };
  }
  if (/^not$|n't$/u.test(lower) && /^(?:need|have|necessary)$/u.test(next!) && third === 'to') {
    return { modality: 'need not', after: index + 2 };
  }
  if (lower !== 'no' || next !== 'need') return undefined;
  const to = tokens.slice(index, index + 8).findIndex((token) => token.lower === 'to');
  return to < 0 ? undefined : { modality: 'need not', after: index + to };
}

const opposites: ReadonlySet<string> = new Set([
  ...['must may', 'may must', 'must can', 'can must', 'will may', 'may will'],
  ...['need not cannot', 'cannot need not'],
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
