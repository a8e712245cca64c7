/**
 * What decoding uses of its host beside ECMAScript: every host has these. With them, decoding is
 * checked without the types of a browser or of Node.
 */
interface AbortSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

declare const performance: { now(): number };
