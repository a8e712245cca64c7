import { fuzzedReaders } from '../harness/fuzzed-readers.ts';
import { fuzz } from '../harness/fuzz.ts';
import { temporaryFolder } from './model-folder.ts';

/** `npm run fuzz` has more, with other seeds. */
const options = { seed: 22, numRuns: 2000 };

describe('a reader of a damaged file', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  for (const reader of fuzzedReaders) {
    it(`reads ${reader.name} or says in one sentence what is wrong`, async () => {
      reader.prepare?.(folder.path);
      await fuzz(reader, folder.path, options);
    });
  }
});
