import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The labels of a config.json's `id2label`, in the order of their indices. */
export function labelNames(id2label: Readonly<Record<string, string>> | null = {}): string[] {
  return Object.entries(id2label ?? {})
    .sort(([first], [second]) => Number(first) - Number(second))
    .map(([, label]) => label);
}

/**
 * The index of the label that is the score.
 *
 * @param model The model, as messages begin: an id, or a phrase such as "The classifier 'a/b'".
 * @param wanted The label's name in any case, or its index; may be undefined if there is one label.
 * @throws TqError invalidInput that lists the labels.
 */
export function labelIndex(model: string, labels: readonly string[], wanted?: string): number {
  if (wanted === undefined && labels.length === 1) return 0;
  const byName = labels.findIndex((label) => label.toLowerCase() === wanted?.toLowerCase());
  if (byName >= 0) return byName;
  if (wanted !== undefined && /^\d+$/u.test(wanted) && Number(wanted) < labels.length) {
    return Number(wanted);
  }
  const names = labels.map((label, index) => `${label} (${index})`).join(', ');
  throw new TqError(
    ErrorCode.invalidInput,
    wanted === undefined
      ? `${model} has a score head of ${labels.length} labels, but a reward is one number; choose one with label=, of ${names}.`
      : `${model} has no label ${JSON.stringify(wanted)}; its labels are ${names}.`,
  );
}
