import { evaluatedMethods, type EvaluatedMethod } from '../../protocol/evaluation.ts';
import type { MethodName } from '../../protocol/options.ts';

/** What a method is in the engine's terms, and which of its options matter to it. */
export interface MethodTraits {
  readonly method: MethodName;
  readonly argsPolicy?: 'reference' | 'baseline';
  /** Whether it decodes pi_BL; else the baseline policy has no part in it. */
  readonly usesBaseline: boolean;
  /** 'plain': neither alpha nor k matter; 'rollouts': H and n matter as well. */
  readonly kind: 'plain' | 'valued' | 'rollouts' | 'best-of-n';
}

export const methodTraits: Readonly<Record<EvaluatedMethod, MethodTraits>> = {
  sft: { method: 'sft', usesBaseline: false, kind: 'plain' },
  dpo: { method: 'dpo', usesBaseline: true, kind: 'plain' },
  'args-sft': { method: 'args', argsPolicy: 'reference', usesBaseline: false, kind: 'valued' },
  'args-dpo': { method: 'args', argsPolicy: 'baseline', usesBaseline: true, kind: 'valued' },
  cd: { method: 'cd', usesBaseline: false, kind: 'rollouts' },
  dt: { method: 'dt', usesBaseline: true, kind: 'rollouts' },
  tq: { method: 'tq', usesBaseline: true, kind: 'rollouts' },
  'tq-indirect': { method: 'tq-indirect', usesBaseline: true, kind: 'rollouts' },
  bon: { method: 'bon', usesBaseline: false, kind: 'best-of-n' },
};

/** The methods that can be compared where transfer is of one kind: direct TQ* is DT. */
export function methodsFor(transfer: 'direct' | 'indirect'): readonly EvaluatedMethod[] {
  const others = transfer === 'direct' ? ['dt', 'tq-indirect'] : ['tq'];
  return evaluatedMethods.filter((method) => !others.includes(method));
}

/** The paper's own method among some: TQ* with the transfer that was asked for. */
export function ownMethod(methods: readonly EvaluatedMethod[]): EvaluatedMethod | undefined {
  return (['tq-indirect', 'tq'] as const).find((method) => methods.includes(method));
}
