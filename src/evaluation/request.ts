import type { EndpointOptions } from './judge/endpoint.ts';
import type { EvaluationSettings } from './run/plan.ts';
import type { EvaluationProgress } from './run/progress.ts';

export type JudgeChoice =
  | { readonly kind: 'endpoint'; readonly options: EndpointOptions }
  | { readonly kind: 'reward'; readonly reward: string };

/** Settings of an evaluation, and everything else it needs, which changes no text. */
export interface EvaluationRequest {
  readonly settings: EvaluationSettings;
  readonly out: string;
  readonly engineProgram: string;
  readonly modelsFolder: string;
  /** Number of parallel engines. */
  readonly engines: number;
  readonly judge: JudgeChoice | undefined;
  /** Folder of a sentence-embedding model. */
  readonly embedding: string;
  /** The command line, for the report. */
  readonly command: string;
  readonly progress: EvaluationProgress;
  readonly signal: AbortSignal;
}
