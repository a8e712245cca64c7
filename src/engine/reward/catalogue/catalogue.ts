import { z } from 'zod';
import type { Reward } from '../../../decoding/reward.ts';
import { activeVoice } from '../text/active-voice.ts';
import { clarity } from '../text/clarity.ts';
import { ClassifierReward } from '../model/classifier.ts';
import { clearWriting } from '../text/clear-writing.ts';
import { concision } from '../text/concision.ts';
import type { RewardDescription } from './description.ts';
import { formality } from '../text/formality.ts';
import { friendliness } from '../text/friendliness.ts';
import { KeepsMeaning } from '../model/keeps-meaning.ts';
import { length } from '../text/length.ts';
import { noCliches } from '../text/no-cliches.ts';
import { politeness } from '../text/politeness.ts';
import { positiveTone } from '../text/positive-tone.ts';
import { readability } from '../text/readability.ts';
import { boundsSchema, scriptTimeoutSchema } from './reward-definition.ts';
import type { ScriptOptions } from '../script/script-reward.ts';
import { readStyleGuide, styleGuide } from '../text/style-guide.ts';
import { warmTone } from '../text/warm-tone.ts';

/** What a catalogue reward is made with, beside its parameters. */
export interface CatalogueContext {
  /** Id of the reward to make: the expression it was asked for with. */
  readonly id: string;
  /** The folder of a model that ships, by its id; its files are as they must be. */
  readonly modelFolder: (id: string) => Promise<string>;
  /** The absolute form of a path parameter. */
  readonly resolvePath: (path: string) => string;
  /** Makes a reward of a script, where scripts are allowed. */
  readonly loadScript: (options: ScriptOptions) => Promise<Reward>;
}

/** A reward that is always there, by its id. */
export interface CatalogueReward {
  readonly description: RewardDescription;
  /** Checks the parameters as written; each one's description says what it accepts. */
  readonly parameters: z.ZodObject;
  create(parameters: Readonly<Record<string, string>>, context: CatalogueContext): Promise<Reward>;
}

function entry<Shape extends z.ZodRawShape>(
  description: Omit<RewardDescription, 'parameters'>,
  shape: Shape,
  create: (
    parameters: z.output<z.ZodObject<Shape>>,
    context: CatalogueContext,
  ) => Reward | Promise<Reward>,
): CatalogueReward {
  const schema = z.strictObject(shape);
  const accepted = Object.entries(schema.shape).map(([name, parameter]) => [
    name,
    (parameter as z.ZodType).description ?? '',
  ]);
  return {
    description: {
      ...description,
      ...(accepted.length > 0 && {
        parameters: Object.fromEntries(accepted) as Record<string, string>,
      }),
    },
    parameters: schema,
    create: async (parameters, context) =>
      create(schema.parse(parameters) as z.output<z.ZodObject<Shape>>, context),
  };
}

const decimal = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/u)
  .transform(Number);
const unitRange = [0, 1] as const;
const embeddingModel = 'all-minilm-l6-v2';

/** All rewards that need no model of a person's own, in the order listings show them. */
export const catalogue: readonly CatalogueReward[] = [
  entry(
    {
      id: 'positive-tone',
      title: 'Positive tone',
      favours: 'friendly, optimistic wording',
      description: "VADER's compound sentiment of the response, mapped from [-1, 1] to [0, 1].",
      range: unitRange,
      licence: 'Apache-2.0 (vader-sentiment)',
    },
    {},
    (_, { id }) => positiveTone(id),
  ),
  entry(
    {
      id: 'clear-writing',
      title: 'Clear writing',
      favours: 'plain, short, active sentences that keep the meaning',
      description:
        'Weighted sum of clarity, readability at grade 8, concision, active voice, no clichés and meaning kept.',
      range: unitRange,
      licence: 'MIT (its text measures), Apache-2.0 (all-MiniLM-L6-v2 weights)',
      needsDraft: true,
    },
    {},
    async (_, { id, modelFolder }) =>
      clearWriting(await KeepsMeaning.load(await modelFolder(embeddingModel)), id),
  ),
  entry(
    {
      id: 'warm-tone',
      title: 'Warm tone',
      favours: 'friendly, polite wording that keeps the meaning',
      description: 'Weighted sum of friendliness, politeness and meaning kept.',
      range: unitRange,
      licence:
        'Apache-2.0 (vader-sentiment, all-MiniLM-L6-v2 weights, this project), MIT (compromise)',
      needsDraft: true,
    },
    {},
    async (_, { id, modelFolder }) =>
      warmTone(await KeepsMeaning.load(await modelFolder(embeddingModel)), id),
  ),
  entry(
    {
      id: 'readability',
      title: 'Readability',
      favours: 'text readable at a chosen school grade',
      description: 'Closeness of the Flesch-Kincaid grade of the response to the chosen grade.',
      range: unitRange,
      licence: 'MIT (flesch-kincaid, syllable, compromise)',
    },
    {
      grade: decimal
        .pipe(z.number().min(1).max(18))
        .default(8)
        .describe('a school grade from 1 to 18 (8 when left out)'),
    },
    ({ grade }, { id }) => readability({ grade }, id),
  ),
  entry(
    {
      id: 'concision',
      title: 'Concision',
      favours: 'few fillers and wordy phrases, short sentences',
      description:
        'Falls with the share of words that are fillers, wordy phrases or beyond the 20th of a sentence.',
      range: unitRange,
      licence: 'MIT (retext-simplify, fillers, compromise)',
    },
    {},
    (_, { id }) => concision(id),
  ),
  entry(
    {
      id: 'clarity',
      title: 'Clarity',
      favours: 'plain statements: no hedges, no sentence that is hard to read',
      description:
        'Falls with the share of words that are hedges or in sentences hard to read at sixteen.',
      range: unitRange,
      licence: 'MIT (retext-readability, hedges, compromise)',
    },
    {},
    (_, { id }) => clarity(id),
  ),
  entry(
    {
      id: 'active-voice',
      title: 'Active voice',
      favours: 'sentences that say who does what',
      description: 'Falls with the number of passive verbs a sentence.',
      range: unitRange,
      licence: 'MIT (compromise)',
    },
    {},
    (_, { id }) => activeVoice(id),
  ),
  entry(
    {
      id: 'no-cliches',
      title: 'No clichés',
      favours: 'wording that is not worn out',
      description: 'Falls with the share of words that belong to a cliché.',
      range: unitRange,
      licence: 'MIT (no-cliches), Apache-2.0 (this project)',
    },
    {},
    (_, { id }) => noCliches(id),
  ),
  entry(
    {
      id: 'friendliness',
      title: 'Friendliness',
      favours: 'kind wording in every sentence',
      description: "Mean of VADER's compound sentiment over the sentences, plus one half.",
      range: unitRange,
      licence: 'Apache-2.0 (vader-sentiment), MIT (compromise)',
    },
    {},
    (_, { id }) => friendliness(id),
  ),
  entry(
    {
      id: 'politeness',
      title: 'Politeness',
      favours: 'thanks, greetings, offers and requests that leave a choice',
      description:
        'Share of sentences with a marker of politeness less that of brusque ones, plus one half.',
      range: unitRange,
      licence: 'MIT (compromise), Apache-2.0 (this project)',
    },
    {},
    (_, { id }) => politeness(id),
  ),
  entry(
    {
      id: 'formality',
      title: 'Formality',
      favours: 'a formal register: nouns and adjectives before pronouns, adverbs and contractions',
      description:
        "Heylighen and Dewaele's F-score from parts of speech, contractions counted against.",
      range: unitRange,
      licence: 'MIT (compromise)',
    },
    {},
    (_, { id }) => formality(id),
  ),
  entry(
    {
      id: 'style-guide',
      title: 'Style guide',
      favours: 'the terms of your style guide',
      description: 'One over one plus the number of terms used against the style guide.',
      range: unitRange,
      licence: 'Apache-2.0 (this project)',
    },
    { file: z.string().min(1).describe('path of a JSON file with avoid and prefer lists') },
    async ({ file }, { id, resolvePath }) =>
      styleGuide(await readStyleGuide(resolvePath(file)), id),
  ),
  entry(
    {
      id: 'keeps-meaning',
      title: 'Keeps the meaning',
      favours: 'saying what the draft says (the prompt, where there is no draft)',
      description: 'Cosine of the MiniLM sentence embeddings of response and draft, at least 0.',
      range: unitRange,
      licence: 'Apache-2.0 (all-MiniLM-L6-v2 weights)',
      needsDraft: true,
    },
    {},
    async (_, { id, modelFolder }) => KeepsMeaning.load(await modelFolder(embeddingModel), id),
  ),
  entry(
    {
      id: 'length',
      title: 'Length',
      favours: 'a chosen number of words',
      description: 'The smaller of word count and target, over the larger.',
      range: unitRange,
      licence: 'MIT (compromise)',
    },
    {
      words: decimal
        .pipe(z.number().int().min(1).max(10_000))
        .default(80)
        .describe('a whole number of words from 1 to 10000 (80 when left out)'),
    },
    ({ words }, { id }) => length({ words }, id),
  ),
  entry(
    {
      id: 'classifier',
      title: 'Text classifier',
      favours: 'a label of a text classifier of yours',
      description: 'Probability of the label under a local ONNX text-classification model.',
      range: unitRange,
      licence: "the model's own",
    },
    {
      path: z
        .string()
        .min(1)
        .describe('folder with config.json, tokenizer files and onnx/model*.onnx'),
      label: z
        .string()
        .min(1)
        .optional()
        .describe("name or index of one of the model's labels (may be left out for one label)"),
    },
    ({ path, label }, { id, resolvePath }) =>
      ClassifierReward.load(resolvePath(path), { label, id }),
  ),
  entry(
    {
      id: 'script',
      title: 'Script',
      favours: 'what a script of yours scores well',
      description: 'score(prompt, response) of a JavaScript module, run in a process of its own.',
      range: undefined,
      licence: "the script's own",
    },
    {
      path: z.string().min(1).describe('a JavaScript module that exports score(prompt, response)'),
      range: z
        .string()
        .regex(/^-?[\d.]+\.\.-?[\d.]+$/u)
        .transform((bounds) => bounds.split(/(?<=\d)\.\.(?=[-\d])/u).map(Number))
        .pipe(boundsSchema)
        .optional()
        .describe('bounds that every score keeps, as in 0..1 (none when left out)'),
      timeout: decimal
        .pipe(scriptTimeoutSchema)
        .optional()
        .describe('milliseconds for one score, from 1 to 600000 (2000 when left out)'),
    },
    ({ path, range, timeout }, { id, resolvePath, loadScript }) =>
      loadScript({ id, path: resolvePath(path), range, timeout }),
  ),
];

/** Descriptions of the rewards that are always there. */
export const rewardDescriptions: readonly RewardDescription[] = catalogue.map(
  ({ description }) => description,
);
