import { ErrorCode, TqError } from '../protocol/errors.ts';
import { methodIds, type MethodName } from '../protocol/options.ts';

export { methodIds };
export type MethodId = MethodName;

/** The two token-level policies: pi_SFT and pi_BL. */
export type PolicyRole = 'reference' | 'baseline';

/** How a method chooses tokens, how it values candidates, and on which policy. */
export interface Method {
  readonly id: MethodId;
  /** What the method is called in the literature. */
  readonly name: string;
  /** Where candidates and rollouts come from; 'either' leaves it to `argsPolicy`. */
  readonly policy: PolicyRole | 'either';
  /**
   * 'plain': the policy's own tokens; 'best-of-n': whole responses of which the best is kept;
   * 'valued': the argmax of log pi(z|s) + value/alpha over the k most likely tokens.
   */
  readonly selection: 'plain' | 'best-of-n' | 'valued';
  /** Whether the response so far is continued by rollouts before it is scored. */
  readonly rollouts: boolean;
  /** 'mean': (10); 'self-normalised': (16), which needs the baseline reward as well. */
  readonly estimate: 'mean' | 'self-normalised';
}

/** Every method of one interface. */
export const methods: Readonly<Record<MethodId, Method>> = {
  sft: define('sft', 'Reference policy (SFT)', 'reference', 'plain'),
  dpo: define('dpo', 'Baseline policy (DPO)', 'baseline', 'plain'),
  bon: define('bon', 'Best of N', 'reference', 'best-of-n'),
  args: define('args', 'ARGS', 'either', 'valued'),
  cd: define('cd', 'Controlled decoding', 'reference', 'valued', true),
  dt: define('dt', 'Direct transfer', 'baseline', 'valued', true),
  tq: define('tq', 'Transfer Q*', 'baseline', 'valued', true),
  'tq-indirect': {
    ...define('tq-indirect', 'Indirect Transfer Q*', 'baseline', 'valued', true),
    estimate: 'self-normalised',
  },
};

/** @throws TqError invalidInput for an id that is not in the table */
export function methodOf(id: string): Method {
  const known = methodIds.find((each) => each === id);
  if (known !== undefined) return methods[known];
  throw new TqError(
    ErrorCode.invalidInput,
    `The method is "${id}"; it must be one of ${methodIds.join(', ')}.`,
  );
}

function define(
  id: MethodId,
  name: string,
  policy: Method['policy'],
  selection: Method['selection'],
  rollouts = false,
): Method {
  return { id, name, policy, selection, rollouts, estimate: 'mean' };
}
