import { ErrorCode, TqError } from '../../protocol/errors.ts';

/**
 * The engine ended while it worked. The crash itself is told once, however many requests it ends.
 */
export class EngineCrash extends TqError {
  constructor(cause: TqError) {
    super(ErrorCode.engineGone, cause.message, { cause });
  }
}
