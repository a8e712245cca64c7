import { requests } from '../../src/protocol/requests.ts';
import { startEngine } from './engine-program.ts';

/**
 * Starts an engine, tells its process id, and gives it the work that is named on the command line:
 * for tests that kill the parent in the middle of it.
 * TQSTAR_TEST_CACHE names another cache folder.
 */
const cache = process.env['TQSTAR_TEST_CACHE'];
const { engine } = startEngine(cache === undefined ? {} : { TQSTAR_CACHE: cache });
console.log(`engine ${engine.processId}`);
const work = process.argv[2];
if (work === 'nothing') {
  await engine.request(requests.listMethods, {});
  console.log('working');
} else {
  let told = false;
  await engine.stream(
    requests.generate,
    {
      prompt: { text: 'Write a long story.' },
      options: { reward: 'positive-tone', exhaustive: true, maxTokens: 500 },
    },
    (event) => {
      if (told || event.type !== (work === 'compiling' ? 'progress' : 'token')) return;
      if (event.type === 'progress' && event.stage !== 'compiling') return;
      told = true;
      console.log('working');
    },
  );
}
await engine.ended;
