import { evaluatedMethods, type EvaluatedMethod } from '../../protocol/evaluation.ts';
import type { MethodName } from '../../protocol/options.ts';

/** How the engine runs a method, and which options the method uses. */
export interface MethodTraits {
  readonly method: MethodName;
  readonly argsPolicy?: 'reference' | 'baseline';
  /** Whether it decodes pi_BL; otherwise it does not use the baseline policy. */
  readonly usesBaseline: boolean;
  /** 'plain' uses neither alpha nor k; 'rollouts' uses H and n as well. */
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
  'bon-dpo': { method: 'bon', argsPolicy: 'baseline', usesBaseline: true, kind: 'best-of-n' },
};

/** The methods to compare for one kind of transfer; direct TQ* is DT. */
export function methodsFor(transfer: 'direct' | 'indirect'): readonly EvaluatedMethod[] {
  const others = transfer === 'direct' ? ['dt', 'tq-indirect'] : ['tq'];
  return evaluatedMethods.filter((method) => !others.includes(method));
}

/** TQ* among some methods, indirect if both are there. */
export function ownMethod(methods: readonly EvaluatedMethod[]): EvaluatedMethod | undefined {
  return (['tq-indirect', 'tq'] as const).find((method) => methods.includes(method));
}
