import { requests } from '../../src/protocol/requests.ts';
import { startEngine } from './engine-program.ts';

/**
 * Starts an engine, prints its process id, and sends it the request named on the command line. For
 * tests that kill the parent during the request.
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
