import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import {
  FramingError,
  MessageError,
  StrictMessageReader,
} from '../../src/protocol/message-reader.ts';

const call = (id: number, text = 'ä'): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'score', params: { text } });

function frame(body: string, length: number | string = Buffer.byteLength(body)): string {
  return `Content-Length: ${length}\r\n\r\n${body}`;
}

/** What a reader reports for a stream that arrives in pieces of some bytes. */
async function read(stream: string, piece = Infinity) {
  const input = new PassThrough();
  const reader = new StrictMessageReader(input);
  const ids: unknown[] = [];
  const errors: Error[] = [];
  reader.onError((error) => errors.push(error));
  reader.listen((message) => ids.push((message as { id?: unknown }).id));
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += piece) input.write(bytes.subarray(at, at + piece));
  input.end();
  await once(input, 'close');
  return { ids, errors };
}

describe('a stream of messages', () => {
  it('gives every message, however it is cut into pieces', async () => {
    const stream = [1, 2, 3].map((id) => frame(call(id, 'ä'.repeat(id)))).join('');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (piece) => {
        assert.deepEqual(await read(stream, piece), { ids: [1, 2, 3], errors: [] });
      }),
      { numRuns: 100, seed: 22 },
    );
  });

  it('takes other header fields and any case', async () => {
    const type = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n';
    const { ids } = await read(type + frame(call(1)).replace('Content-Length', 'content-length'));
    assert.deepEqual(ids, [1]);
  });

  const body = call(1);
  const wrong: readonly (readonly [what: string, stream: string])[] = [
    ['larger than the message', frame(body, body.length + 20)],
    ['far larger than the message', frame(body, 100_000)],
    ['smaller than the message', frame(body, body.length - 5)],
    ['no number', frame(body, 'nine')],
    ['negative', frame(body, -1)],
    ['beyond the limit', frame(body, 1e12)],
    ['given twice', `Content-Length: 5\r\n${frame(body)}`],
    ['missing', `Content-Type: text/plain\r\n\r\n${body}`],
    ['after other text', `hello\r\n\r\n${frame(body)}`],
  ];
  for (const [what, stream] of wrong) {
    for (const piece of [Infinity, 7]) {
      it(`ends with an error if a length is ${what}, in pieces of ${piece} bytes`, async () => {
        const { ids, errors } = await read(`${frame(call(7))}${stream}${frame(call(8))}`, piece);
        assert.deepEqual(ids, [7]);
        assert.ok(errors.at(-1) instanceof FramingError, String(errors.at(-1)));
        assert.match(errors.at(-1)!.message, /^[^\n]*cannot be read\.$/u);
      });
    }
  }

  it('reports a message that is none, and gives the next', async () => {
    for (const text of ['{"a', 'null', '[]', '{}', '{"jsonrpc":"2.0","id":1}', '7']) {
      const { ids, errors } = await read(frame(text) + frame(call(2)));
      assert.deepEqual(ids, [2], text);
      assert.equal(errors.length, 1);
      assert.ok(errors[0] instanceof MessageError);
      assert.match(errors[0].message, /^A message is not [^\n]*\.$/u);
    }
  });
});
