import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { quoted } from './malformed.ts';

/** Maximum number of labels that a message lists. */
const maxListed = 50;

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
  const listed = labels.slice(0, maxListed).map((label, index) => `${shown(label)} (${index})`);
  const names = [...listed, ...(labels.length > maxListed ? ['...'] : [])].join(', ');
  throw new TqError(
    ErrorCode.invalidInput,
    wanted === undefined
      ? `${model} has a score head of ${labels.length} labels, but a reward is one number; choose one with label=, of ${names}.`
      : `${model} has no label ${quoted(wanted)}; its labels are ${names}.`,
  );
}

/** Usual labels are words; other text of the file is quoted. */
function shown(label: string): string {
  return /^[\w ./-]{1,40}$/u.test(label) ? label : quoted(label);
}
