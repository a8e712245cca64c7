import { z } from 'zod';
import type { Reward } from '../../decoding/reward.ts';
import type { RewardDescription } from './description.ts';
import { acceptedBy, parseParameters } from './parameters.ts';

/** Starts the processes that run scripts; exists only where scripts are allowed. */
export interface ScriptRunner {
  /** The program that runs a script in its own process. */
  readonly program: string;
  readonly signal?: AbortSignal | undefined;
}

/** What an entry of the catalogue makes its reward from, besides the parameters. */
export interface CatalogueContext {
  /** Id of the new reward: the expression that names it. */
  readonly id: string;
  /** The folder of a shipped model, by the model's id; its files are verified. */
  readonly modelFolder: (id: string) => Promise<string>;
  /** The absolute form of a path parameter. */
  readonly resolvePath: (path: string) => string;
  /** Undefined where scripts are not allowed. */
  readonly scripts: ScriptRunner | undefined;
}

/** A reward that is always available: its facts, and how to make it. */
export interface CatalogueEntry {
  readonly description: RewardDescription;
  /** Checks the parameters as text. */
  readonly parameters: z.ZodObject;
  /** @throws TqError invalidInput for a parameter that is unknown, missing or not accepted. */
  create(parameters: Readonly<Record<string, string>>, context: CatalogueContext): Promise<Reward>;
}

/**
 * The entry that a reward's file exports: everything that listings, settings and documentation say
 * about the reward is said there.
 *
 * @param shape The parameters as text; the description of each says what it accepts.
 */
export function catalogueEntry<Shape extends z.ZodRawShape>(
  description: Omit<RewardDescription, 'parameters'>,
  shape: Shape,
  create: (
    parameters: z.output<z.ZodObject<Shape>>,
    context: CatalogueContext,
  ) => Reward | Promise<Reward>,
): CatalogueEntry {
  const schema = z.strictObject(shape);
  const parameters = acceptedBy(schema);
  return {
    description: {
      ...description,
      ...(Object.keys(parameters).length > 0 && { parameters }),
    },
    parameters: schema,
    create: async (written, context) =>
      create(parseParameters(description.id, schema, written), context),
  };
}
