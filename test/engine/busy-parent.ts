import { readFileSync } from 'node:fs';
import { requests } from '../../src/protocol/requests.ts';
import { startEngine } from './engine-program.ts';

/**
 * Starts an engine, prints its process id, sends it the request `generate` with the parameters on
 * the command line, and prints what `stuck` says, or the answer if it comes first.
 * For tests that kill this process then. TQSTAR_TEST_CACHE names another cache folder.
 */
const cache = process.env['TQSTAR_TEST_CACHE'];
const { engine } = startEngine(cache === undefined ? {} : { TQSTAR_CACHE: cache });
console.log(`engine ${engine.processId}`);

/** Processor time of the engine's main thread, in hundredths of a second. */
function ticks(): number {
  const id = engine.processId!;
  const stat = readFileSync(`/proc/${id}/task/${id}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[12]);
}

/**
 * Resolves with "busy" when the main thread has worked for a second without answering a short
 * request, or with "working" when it has worked for five and answers.
 */
async function stuck(): Promise<string> {
  const first = ticks();
  while (ticks() - first < 500) {
    const start = ticks();
    let answered = false;
    const answer = engine.request(requests.listMethods, {}).finally(() => (answered = true));
    while (!answered && ticks() - start < 100) {
      await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    if (!answered) return 'busy';
  }
  return 'working';
}

const { prompt, options } = JSON.parse(process.argv[2]!) as {
  prompt: { text: string };
  options: object;
};
const answer = engine
  .stream(requests.generate, { prompt, options }, () => undefined)
  .then(
    ({ text }) => `answer ${JSON.stringify(text)}`,
    (error: unknown) => `answer ${String(error)}`,
  );
console.log(await Promise.race([stuck(), answer]));
await engine.ended;
