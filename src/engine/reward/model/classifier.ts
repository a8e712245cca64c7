import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { Response, Reward, RewardSession } from '../../../decoding/reward.ts';
import { labelIndex, labelNames } from '../../models/labels.ts';
import { catalogueEntry } from '../catalogue-entry.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { unitRange } from '../unit-range.ts';
import {
  loadFrom,
  localFiles,
  localModelFolder,
  localTransformers,
  runWithin,
  tokenizeWithin,
  weightOptions,
  type LocalModelFolder,
} from './local-transformers.ts';
import { maxMeasuredLength } from '../text/text-reward.ts';

export const classifierEntry = catalogueEntry(
  {
    id: 'classifier',
    title: 'Text classifier',
    favours: 'a label of any ONNX text classifier',
    description: 'Probability of the label, computed by a local text-classification model.',
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
  ({ path, label }, { id, resolvePath }) => ClassifierReward.load(resolvePath(path), { label, id }),
);

export interface ClassifierOptions {
  /** Name or index of the label to score; optional if the model has a single label. */
  readonly label?: string | undefined;
  readonly id?: string;
}

/** The classifier's part of config.json. */
interface ClassifierConfig {
  readonly id2label?: Readonly<Record<string, string>>;
  readonly problem_type?: string | null;
}

/** Most tokens of an input if the tokenizer gives no limit: that of BERT models. */
const defaultMaxTokens = 512;

/**
 * Probability of one label according to a local text classifier: the sigmoid if the model has a
 * single label or labels that do not exclude each other (config.json says
 * `multi_label_classification`), otherwise the softmax over all labels.
 */
export class ClassifierReward implements Reward {
  readonly range = unitRange;
  readonly textOnly = true;

  private constructor(
    readonly id: string,
    private readonly folder: LocalModelFolder,
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly model: PreTrainedModel,
    private readonly label: number,
    private readonly isMultiLabel: boolean,
  ) {}

  /**
   * @param folder Laid out for transformers.js: config.json, tokenizer files, onnx/model*.onnx.
   * @throws TqError badModel if the folder is not a classifier; invalidInput that lists the labels
   *   if `label` is not one of them, or is required and missing.
   */
  static async load(folder: string, options: ClassifierOptions = {}): Promise<ClassifierReward> {
    const found = await localModelFolder(folder);
    return loadFrom(found, async () => {
      const { AutoConfig, AutoModelForSequenceClassification, AutoTokenizer } =
        await localTransformers();
      const config = (await AutoConfig.from_pretrained(found.path, localFiles)) as ClassifierConfig;
      const labels = labelsOf(config, found.path);
      const label = labelIndex(`The classifier '${found.path}'`, labels, options.label);
      return new ClassifierReward(
        options.id ?? `classifier:${labels[label]!}`,
        found,
        await AutoTokenizer.from_pretrained(found.path, localFiles),
        await AutoModelForSequenceClassification.from_pretrained(
          found.path,
          await weightOptions(found),
        ),
        label,
        labels.length === 1 || config.problem_type === 'multi_label_classification',
      );
    });
  }

  open(): Promise<RewardSession> {
    let positions = 0;
    return Promise.resolve({
      get positions() {
        return positions;
      },
      score: async (responses: readonly Response[], signal?: AbortSignal) => {
        const scores: number[] = [];
        // One at a time, as in SentenceEmbedder.embed: a score must not depend on other texts.
        for (const response of responses) {
          signal?.throwIfAborted();
          const input = this.#tokenize(response.text);
          positions += input.input_ids.dims[1]!;
          const { logits } = await runWithin(
            this.folder,
            () => this.model(input) as Promise<{ readonly logits?: Tensor }>,
          );
          if (!logits) throw this.#withoutLogits();
          scores.push(this.#probability(Array.from(logits.data as Float32Array)));
        }
        return requireFiniteScores(this.id, scores, responses.length);
      },
      close: () => undefined,
    });
  }

  #withoutLogits(): TqError {
    const sentence = `The model '${this.folder.path}' has no output "logits", so it is no classifier.`;
    return new TqError(ErrorCode.badModel, sentence);
  }

  #tokenize(text: string): { readonly input_ids: Tensor } {
    const { model_max_length: limit } = this.tokenizer;
    const max_length = Number.isFinite(limit)
      ? Math.min(limit, defaultMaxTokens)
      : defaultMaxTokens;
    const measured = text.slice(0, maxMeasuredLength);
    return tokenizeWithin(
      this.folder,
      () =>
        this.tokenizer(measured, { truncation: true, max_length }) as {
          readonly input_ids: Tensor;
        },
    );
  }

  #probability(logits: readonly number[]): number {
    const chosen = logits[this.label] ?? Number.NaN;
    if (this.isMultiLabel) return 1 / (1 + Math.exp(-chosen));
    return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - chosen), 0);
  }
}

function labelsOf(config: ClassifierConfig, path: string): string[] {
  const labels = labelNames(config.id2label);
  if (labels.length === 0) {
    throw new TqError(
      ErrorCode.badModel,
      `The model folder '${path}' is not a classifier: its config.json has no id2label.`,
    );
  }
  return labels;
}
