import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { CompileSource } from './compiler/compile-source.ts';
import { badModel } from './malformed.ts';

/** What config.json says of a sequence classifier. */
export interface Classification {
  /** In the order of the head's rows; empty where it names none. */
  readonly labels: readonly string[];
  readonly padToken: number | undefined;
}

/**
 * Names of the rows of a model's score head; transformers' own names where none are given.
 * @throws TqError badModel where there is no score head
 */
export function scoreLabels(
  id: string,
  { architecture, weights }: CompileSource,
  { labels }: Classification,
): readonly string[] {
  const name = architecture.scoreHead;
  if (!weights.has(name))
    throw badModel(`${id} has no score head (${name}); a reward model has one.`);
  const rows = weights.shape(name)[0] ?? 0;
  return labels.length === rows ? labels : Array.from({ length: rows }, (_, row) => `LABEL_${row}`);
}

/**
 * Which of the labels is the score.
 * @param wanted its name in any case, or its index; may be left out where there is one label
 * @throws TqError invalidInput listing the labels
 */
export function labelIndex(id: string, labels: readonly string[], wanted?: string): number {
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
      ? `${id} has a score head of ${labels.length} labels and a reward is one number; choose one with label=, of ${names}.`
      : `${id} has no label ${JSON.stringify(wanted)}; its labels are ${names}.`,
  );
}
