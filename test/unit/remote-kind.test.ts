import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openServer } from '../../src/engine/remote/open-server.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { serverKinds, serverSchema } from '../../src/protocol/servers.ts';
import { FakeServer, lettersIn } from './fake-server.ts';
import { randomTable } from './tabular.ts';

const letterTokenizer = { encode: lettersIn } as unknown as TextTokenizer;

const open = (url: string) =>
  openServer(
    serverSchema.parse({ id: 'box', url, tokenizer: 'letters' }),
    undefined,
    async () => letterTokenizer,
    undefined,
  );

describe('a server of an unnamed kind', () => {
  for (const kind of serverKinds) {
    it(`is found to be ${kind} by what it answers`, async () => {
      const server = new FakeServer(kind, randomTable(30, 3));
      const url = await server.start();
      try {
        assert.equal((await open(url)).dialect.kind, kind);
      } finally {
        await server.stop();
      }
    });
  }

  it('is refused where it answers every path with a page', async () => {
    const server = createServer((_, response) => {
      response.end('<html>Welcome</html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await assert.rejects(
        open(`http://127.0.0.1:${port}`),
        /is not llama-server, vLLM or SGLang/u,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
