import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { jsonLine } from '../../src/protocol/printable.ts';
import { keepSecret, redacted } from '../../src/protocol/secrets.ts';
import { hubAccess } from '../../src/engine/store/hub-access.ts';
import { LostConnection } from '../../src/engine/store/hub-errors.ts';

describe('Redaction', function () {
  it('hides user and password of a URL', function () {
    for (const [given, shown] of [
      ['http://user:pa55@proxy.test:8080/', 'http://***@proxy.test:8080/'],
      ['https://tok3n@hub.test/a', 'https://***@hub.test/a'],
      ['http://user:p@ss:w@host.test', 'http://***@host.test'],
      ['http://user:pa/ss@host.test', 'http://***@host.test'],
    ] as const) {
      assert.equal(redacted(`cannot reach ${given}; try`), `cannot reach ${shown}; try`);
    }
  });

  it('hides keys in the query of a URL, bearer tokens, and tokens of known forms', function () {
    assert.equal(
      redacted('https://host.test/v1?model=a&api_key=abc123&X-Amz-Signature=ff00#top'),
      'https://host.test/v1?model=a&api_key=***&X-Amz-Signature=***#top',
    );
    assert.equal(redacted('Authorization: Bearer abcdefgh.ijk'), 'Authorization: Bearer ***');
    assert.equal(redacted(`hf_${'a1'.repeat(17)} or sk-${'b2'.repeat(12)}`), '*** or ***');
  });

  it('leaves other text as it is', function () {
    for (const text of [
      'http://localhost:8080/v1/owner/name@main?revision=2',
      'https://hub.test:443/owner/name@refs/pr/1',
      'mail anna@example.org about hf_transfer, the bearer of news, and a=b',
    ]) {
      assert.equal(redacted(text), text);
    }
  });

  it('hides a token that the process was given, whatever its form', function () {
    hubAccess({ HF_TOKEN: ' my-own-token+1 ' });
    keepSecret('other secret');
    const error = new LostConnection('bad header "my-own-token+1", other%20secret, other secret');
    assert.equal(error.message, 'bad header "***", ***, ***');
  });
});

describe('A message of an error', function () {
  it('holds no password and no control character, and is not endless', function () {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(10_000), (text, more) => {
        const { message } = new TqError(
          ErrorCode.badModel,
          `${text} https://u:s3cretword@h/ ${'x'.repeat(more)}`,
        );
        assert.doesNotMatch(message, /(?![\n\t])\p{Cc}|s3cretword/u);
        assert.ok(message.length <= 4001);
      }),
    );
  });
});

describe('A line of JSON', function () {
  it('has the value, and no character that a terminal obeys', function () {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = jsonLine({ text });
        assert.doesNotMatch(line, /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        assert.deepEqual(JSON.parse(line), { text });
      }),
    );
  });
});
