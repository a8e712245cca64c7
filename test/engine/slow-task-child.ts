import { pathToFileURL } from 'node:url';
import { startWatchdog, watched } from '../../src/engine/limits/watchdog.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';

/** An engine whose first task ends, and whose second does not; it begins with the first request. */
startWatchdog(pathToFileURL(process.argv[1]!.replace(/test.engine.[^/\\]+$/u, 'dist/watchdog.js')));
const task = (limitMs: number, sentence: string) => ({
  limitMs,
  code: ErrorCode.badModel,
  sentence,
});
process.stdin.once('data', () => {
  void watched(task(60_000, 'The quick task was stopped.'), () => Promise.resolve()).then(() =>
    watched(task(300, 'The slow task\ntook more than 300 ms.'), () => {
      for (;;);
    }),
  );
});
