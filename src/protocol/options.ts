import { z } from 'zod';
import { serverSchema } from './servers.ts';

/** Decoding methods; see README for what each computes. */
export const methodIds = ['sft', 'dpo', 'bon', 'args', 'cd', 'dt', 'tq', 'tq-indirect'] as const;
export type MethodName = (typeof methodIds)[number];

/** Exact shortcuts that can be left out one by one; see README for what each saves. */
export const shortcutNames = [
  'incremental-reward',
  'bounds',
  'carry-over',
  'look-ahead',
  'no-repetition',
] as const;
export type ShortcutName = (typeof shortcutNames)[number];

/**
 * How tq-indirect reads the reference policy of (17): `derived` is rho_r's own token policy, log
 * pi_BL + log E_BL[exp((r - r_BL)/beta)]; `baseline` is pi_BL, as in the authors' code.
 */
export const indirectReferences = ['derived', 'baseline'] as const;
export type IndirectReference = (typeof indirectReferences)[number];

/**
 * Random numbers of two or more rollouts a candidate: `independent` draws each rollout of each
 * candidate and step by itself, as Algorithm 1 does; `common` uses one set of numbers for all.
 */
export const rolloutLaws = ['independent', 'common'] as const;
export type RolloutLaw = (typeof rolloutLaws)[number];

/** Number formats a model can be compiled to; see docs/devices.md. */
export const formatNames = ['int8', 'fp32', 'q8', 'q4', 'fp16'] as const;
export type FormatName = (typeof formatNames)[number];

/** What can be asked for; `auto` is int8 on the CPU and q8 elsewhere. */
export const formats = ['auto', ...formatNames] as const;
export type FormatRequest = (typeof formats)[number];

/** Where a model can run. */
export const deviceNames = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** What can be asked for; `auto` takes the best device there is and says which. */
export const devices = ['auto', ...deviceNames] as const;
export type DeviceRequest = (typeof devices)[number];

const positive = z.number().finite().positive();
const count = z.number().int().min(1);

/**
 * Options of a generation, named as the command line's options and the editor's settings. What
 * depends on the model (k against the vocabulary, say) is checked by the engine.
 */
export const generationOptionsSchema = z.strictObject({
  /** Left out: tq, or tq-indirect where the baseline was aligned to another reward. */
  method: z.enum(methodIds).optional(),
  /** Reference policy pi_SFT: an id, a path or `server:ID`. */
  policy: z.string().min(1).optional(),
  /** Baseline policy pi_BL: an id, a path or `server:ID`; the reference policy when left out. */
  baseline: z.string().min(1).optional(),
  /** Adapters that the reference policy is given: ids or paths with weights, `a*0.7+b*0.3`. */
  adapter: z.string().trim().min(1).optional(),
  /** The model that adapters belong on: an id or a path; default the one that they name. */
  base: z.string().trim().min(1).optional(),
  /** Target reward: an id, an expression or a path. */
  reward: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
  /** Baseline reward r_BL, for tq-indirect. */
  rewardBaseline: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
  alpha: positive.optional(),
  beta: positive.optional(),
  k: count.optional(),
  rollout: count.optional(),
  rollouts: count.optional(),
  indirectReference: z.enum(indirectReferences).optional(),
  rolloutLaw: z.enum(rolloutLaws).optional(),
  maxTokens: count.optional(),
  temperature: z.number().finite().min(0).optional(),
  seed: z.number().int().min(0).optional(),
  stop: z.array(z.string().min(1)).optional(),
  format: z.enum(formats).default('auto'),
  device: z.enum(devices).default('auto'),
  exhaustive: z.boolean().default(false),
  /** Shortcuts to do without, to see what each saves. */
  without: z.array(z.enum(shortcutNames)).optional(),
  /** Tokens between two rewards of the text so far in token events; 0 for none. */
  rewardEvery: z.number().int().min(0).optional(),
  /** Which policy ARGS decodes (ARGS-SFT or ARGS-DPO), or best-of-N samples. */
  argsPolicy: z.enum(['reference', 'baseline']).optional(),
  /** Servers that run policies. */
  servers: z.array(serverSchema).default([]),
  /** Instead of the policy's own chat template: the name of one of the engine's, or a file. */
  chatTemplate: z.string().min(1).optional(),
  /** Variables of the chat template, by name; enable_thinking and thinking are false without it. */
  templateVariables: z
    .record(z.string(), z.union([z.string(), z.number().finite(), z.boolean(), z.null()]))
    .optional(),
  /**
   * Folder that relative paths in rewards start from; the engine's working directory without it.
   */
  folder: z.string().min(1).optional(),
  /** Whether rewards may be scripts: said by a client that trusts where its rewards come from. */
  allowScripts: z.boolean().default(false),
  /** Folders whose files no reward may be or use: those of a workspace that is not trusted. */
  closedFolders: z.array(z.string().min(1)).max(1000).optional(),
});

export type GenerationOptions = z.output<typeof generationOptionsSchema>;
export type GenerationOptionsInput = z.input<typeof generationOptionsSchema>;

/** What is asked of the model. */
export const promptSchema = z.strictObject({
  /** The instruction, or with `raw` the text to continue. */
  text: z.string(),
  /** Take the text as it is, without the model's chat template. */
  raw: z.boolean().default(false),
  /** With `raw`: read the texts of control tokens as these tokens, instead of spelling them. */
  controlTokens: z.boolean().optional(),
  system: z.string().optional(),
  /** The text being rewritten, for rewards that compare with it. */
  draft: z.string().optional(),
});

export type Prompt = z.output<typeof promptSchema>;
export type PromptInput = z.input<typeof promptSchema>;
