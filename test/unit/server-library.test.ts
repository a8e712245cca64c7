import assert from 'node:assert/strict';
import { ServerLibrary } from '../../src/engine/library/server-library.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { serverSchema } from '../../src/protocol/servers.ts';
import { FakeServer, lettersIn } from './fake-server.ts';
import { END, randomTable } from './tabular.ts';

const tokenizer = { encode: lettersIn, endTokens: new Set([END]) } as unknown as TextTokenizer;

describe('the keys of servers', () => {
  let fakes: Readonly<Record<'near' | 'far', FakeServer>>;
  let urls: Readonly<Record<'near' | 'far', string>>;

  beforeEach(async () => {
    const table = randomTable(30, 1);
    fakes = { near: new FakeServer('vllm', table), far: new FakeServer('vllm', table) };
    urls = { near: await fakes.near.start(), far: await fakes.far.start() };
  });
  afterEach(() => Promise.all([fakes.near.stop(), fakes.far.stop()]));

  const serverOf = (id: 'near' | 'far') =>
    serverSchema.parse({ id, url: urls[id], kind: 'vllm', tokenizer: 'letters' });

  const libraryWith = (environment: NodeJS.ProcessEnv): ServerLibrary =>
    new ServerLibrary(
      { openTokenizer: async () => tokenizer, vocabularyId: () => 'letters' },
      environment,
    );

  /** The keys that a server was sent, each once. */
  const sent = (id: 'near' | 'far') => [...new Set(fakes[id].asked.map(({ key }) => key))];

  it('are TQSTAR_SERVER_KEY for the only server', async () => {
    await libraryWith({ TQSTAR_SERVER_KEY: 'one' }).policy('near', [serverOf('near')], undefined);
    assert.deepEqual(sent('near'), ['Bearer one']);
  });

  it('are sent to no second server', async () => {
    const library = libraryWith({ TQSTAR_SERVER_KEY: 'one', TQSTAR_SERVER_KEY_FAR: 'two' });
    const servers = [serverOf('near'), serverOf('far')];
    await library.policy('near', servers, undefined);
    await library.policy('far', servers, undefined);
    assert.deepEqual(sent('near'), [undefined]);
    assert.deepEqual(sent('far'), ['Bearer two']);
  });

  it('are those that the editor set, by the origin of a server', async () => {
    const library = libraryWith({ TQSTAR_SERVER_KEY: 'one' });
    const servers = [serverOf('near'), serverOf('far')];
    library.setKeys({ [urls.near]: 'own' });
    await library.policy('near', servers, undefined);
    await library.policy('far', servers, undefined);
    assert.deepEqual(sent('near'), ['Bearer own']);
    assert.deepEqual(sent('far'), [undefined]);
  });
});
