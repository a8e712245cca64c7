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
