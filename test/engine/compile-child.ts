import { once } from 'node:events';
import { CompiledStore } from '../../src/engine/models/compiled-store.ts';
import { compileSource } from '../../src/engine/models/adapted-model.ts';
import { contentHash, openModel } from '../../src/engine/models/open-model.ts';

/**
 * Compiles a model into a store when a line arrives on standard input. Prints one line each when it
 * is ready, on progress, and with the folder of the result. For tests that kill or race compilers.
 */
const [modelPath, storeFolder] = process.argv.slice(2);
const model = await openModel(modelPath!);
const hash = await contentHash(model.files);
console.log('ready');
await once(process.stdin, 'data');
const folder = await new CompiledStore(storeFolder!).open(
  { contentHash: hash, format: 'int8', head: 'logits' },
  compileSource(model, undefined, 'logits'),
  {
    onProgress: (done) => {
      console.log(`progress ${done}`);
    },
  },
);
console.log(`folder ${folder}`);
process.exit(0);
