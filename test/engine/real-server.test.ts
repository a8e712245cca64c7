import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { collect, generate } from '../../src/decoding/generate.ts';
import { openTokenizer } from '../../src/engine/models/open-tokenizer.ts';
import { openServer, type OpenServer } from '../../src/engine/remote/open-server.ts';
import { RemotePolicy } from '../../src/engine/remote/remote-policy.ts';
import { serverSchema } from '../../src/protocol/servers.ts';
import { randomScores, TabularReward } from '../unit/tabular.ts';

const program = process.env['LLAMA_SERVER'] ?? '';
/** A GGUF file with a tokenizer that both read alike; those of the fixtures have too few tokens. */
const model = process.env['LLAMA_MODEL'] ?? '';
const isNamed = program !== '' && model !== '';
const flags = '-np 12 -c 6144 -t 1 --poll 0 -fa on -ub 32 --cache-ram 0 --no-cache-idle-slots';

const title = isNamed
  ? 'a real llama-server'
  : 'a real llama-server (left out: LLAMA_SERVER and LLAMA_MODEL do not name one and its GGUF file)';

describe(title, () => {
  let child: ChildProcess;
  let open: OpenServer;

  before(async function () {
    if (!isNamed) this.skip();
    this.timeout(120_000);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    child = spawn(
      program,
      ['-m', model, '--host', '127.0.0.1', '--port', String(port), ...flags.split(' ')],
      { stdio: 'ignore' },
    );
    while (!(await fetch(`${url}/health`).catch(() => undefined))?.ok) {
      assert.equal(child.exitCode, null, 'llama-server ended');
      await wait(100);
    }
    const options = serverSchema.parse({ id: 'real', url });
    open = await openServer(options, undefined, openTokenizer, undefined);
  });
  after(async () => {
    if (!isNamed) return;
    child.kill();
    if (child.exitCode === null) await once(child, 'close');
  });

  it('is found to be a deterministic llama-server', () => {
    assert.equal(open.dialect.kind, 'llama-server');
    assert.equal(open.probe.steadiness(100).deterministic, 'verified');
  });

  it('writes the tokens of Algorithm 1 in full, at two strengths', async () => {
    const vocabularySize = open.facts.vocabularySize!;
    const { endTokens } = open.tokenizer;
    const identity = { id: 'real', vocabularyId: 'real', vocabularySize, endTokens };
    const policy = new RemotePolicy(identity, open);
    const scores = randomScores(vocabularySize, 7, [0, 1]);
    for (const alpha of [1, 0.25]) {
      for (const first of [5, 6]) {
        const write = async (exhaustive: boolean) => {
          const { result } = await collect(
            generate({
              prompt: { text: '', tokens: [first, 9, 4, first] },
              options: { method: 'cd', alpha, k: 3, rollout: 6, maxTokens: 8, exhaustive },
              policies: { reference: policy, baseline: policy },
              rewards: { target: new TabularReward('random', scores, [0, 1]) },
              decode: (tokens) => tokens.join(' '),
            }),
          );
          return result.ids;
        };
        assert.deepEqual(await write(false), await write(true));
      }
    }
  }).timeout(300_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
