import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { methodIds, type MethodName } from '../../protocol/options.ts';
import { args } from './args.ts';
import { bestOfN } from './best-of-n.ts';
import { controlledDecoding } from './controlled-decoding.ts';
import type { Method } from './method.ts';
import { dpo, sft } from './plain.ts';
import { directTransfer, indirectTransferQStar, transferQStar } from './transfer-q-star.ts';

/** Every method, by its id. */
export const methods: Readonly<Record<MethodName, Method>> = {
  sft,
  dpo,
  bon: bestOfN,
  args,
  cd: controlledDecoding,
  dt: directTransfer,
  tq: transferQStar,
  'tq-indirect': indirectTransferQStar,
};

/** @throws TqError invalidInput for an id that no method has */
export function methodOf(id: string): Method {
  const known = methodIds.find((each) => each === id);
  if (known !== undefined) return methods[known];
  throw new TqError(
    ErrorCode.invalidInput,
    `The method is "${id}"; it must be one of ${methodIds.join(', ')}.`,
  );
}
