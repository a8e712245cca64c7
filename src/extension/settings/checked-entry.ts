import type { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/**
 * An entry of a list in the settings, as the protocol's schema reads it.
 * @param sentence says that the entry with this name has this problem
 * @throws TqError invalidInput with that sentence
 */
export function checkedEntry<Schema extends z.ZodType>(
  schema: Schema,
  entry: unknown,
  index: number,
  sentence: (name: string, problem: string) => string,
): z.output<Schema> {
  const checked = schema.safeParse(entry);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const { id } = (entry ?? {}) as { readonly id?: unknown };
  const name = typeof id === 'string' && id !== '' ? id : String(index + 1);
  const problem = [issue!.path.join('.'), issue!.message].filter((part) => part !== '').join(': ');
  throw new TqError(ErrorCode.invalidInput, sentence(name, problem));
}
