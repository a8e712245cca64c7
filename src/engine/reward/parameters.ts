import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** A parameter that is a decimal number without a sign, such as "6" or "0.5". */
export const decimal = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/u)
  .transform(Number);

/** Two numbers, the smaller first. */
export const boundsSchema = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'the smaller number comes first');

/** A parameter that holds bounds, such as "0..1" or "-2.5..-1". */
export const bounds = z
  .string()
  .regex(/^-?[\d.]+\.\.-?[\d.]+$/u)
  .transform((written) => written.split(/(?<=\d)\.\.(?=[-\d])/u).map(Number))
  .pipe(boundsSchema);

/** What each parameter of a schema accepts, by name. */
export function acceptedBy({ shape }: z.ZodObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, parameter]) => [
      name,
      (parameter as z.ZodType).description ?? '',
    ]),
  );
}

/**
 * Parameters of a reward, from text to values.
 *
 * @throws TqError invalidInput that names the reward and the parameter, and says what it accepts.
 */
export function parseParameters<Schema extends z.ZodObject>(
  id: string,
  schema: Schema,
  written: Readonly<Record<string, string>>,
): z.output<Schema> {
  const checked = schema.safeParse(written);
  if (checked.success) return checked.data;
  const accepted = acceptedBy(schema);
  const unknown = Object.keys(written).find((name) => !Object.hasOwn(accepted, name));
  if (unknown !== undefined) throw unknownParameter(id, unknown, Object.keys(accepted));
  const name = String(checked.error.issues[0]!.path[0]);
  throw new TqError(
    ErrorCode.invalidInput,
    Object.hasOwn(written, name)
      ? `The reward '${id}' cannot take ${name}='${written[name]!}'; it must be ${accepted[name]!}.`
      : `The reward '${id}' needs the parameter ${name}: ${accepted[name]!}.`,
  );
}

/** The error for a parameter that a reward does not have. */
export function unknownParameter(id: string, name: string, names: readonly string[]): TqError {
  return new TqError(
    ErrorCode.invalidInput,
    names.length === 0
      ? `The reward '${id}' takes no parameters, so '${name}' cannot be set.`
      : `The reward '${id}' has no parameter '${name}'; it has ${names.join(', ')}.`,
  );
}
