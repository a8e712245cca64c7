import assert from 'node:assert/strict';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

/** Accepts, for assert.throws and assert.rejects, an error with a message and a code. */
export function refusal(message: string | RegExp, code: number = ErrorCode.invalidInput) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, code);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}
