import { ErrorCode, TqError } from '../../../protocol/errors.ts';

/** An adapter as a person names it, and the factor of its change. */
export interface NamedAdapter {
  /** Id or path. */
  readonly model: string;
  readonly weight: number;
}

const term = /\s*(?:"([^"]+)"|([^"*+]+?))\s*(?:\*\s*([^*+\s]*))?\s*(\+|$)/uy;

/**
 * Reads a sum of adapters, `a*0.7+b*0.3`: ids or paths, each with a weight, which is 1 if left out.
 * A name with `*` or `+` stands in quotation marks.
 * @throws TqError invalidInput naming the part that cannot be read
 */
export function readAdapters(text: string): NamedAdapter[] {
  const adapters: NamedAdapter[] = [];
  term.lastIndex = 0;
  for (;;) {
    const at = term.lastIndex;
    const [, quoted, plain, factor, end] = term.exec(text) ?? [];
    const model = quoted ?? plain;
    const weight = factor === undefined ? 1 : Number(factor);
    if (model === undefined || factor === '' || !Number.isFinite(weight)) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The adapters ${JSON.stringify(text)} cannot be read at ${JSON.stringify(text.slice(at))}; write ids or paths with weights, such as a*0.7+b*0.3, and put a name that has * or + into quotation marks.`,
      );
    }
    adapters.push({ model, weight });
    if (end !== '+') return adapters;
  }
}

/** Whether a text can only be a sum or a multiple of adapters. */
export function isAdapterSum(text: string): boolean {
  return /[*+]/u.test(text);
}

/** The sum in one spelling, to show and to compare. */
export function adaptersText(adapters: readonly NamedAdapter[]): string {
  const [first] = adapters;
  if (adapters.length === 1 && first!.weight === 1) return first!.model;
  return adapters
    .map(({ model, weight }) => `${/[*+]/u.test(model) ? `"${model}"` : model}*${weight}`)
    .join('+');
}
