import { ErrorCode, TqError } from '../../protocol/errors.ts';

/**
 * Ends a request because the engine crashed. One message reports the crash, however many requests
 * it ends, so this error is only logged.
 */
export class EngineCrash extends TqError {
  constructor(cause: TqError) {
    super(ErrorCode.engineGone, cause.message, { cause });
  }
}
