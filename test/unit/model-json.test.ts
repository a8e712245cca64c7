import assert from 'node:assert/strict';
import { z } from 'zod';
import { anyRecord, parseCheckedJson } from '../../src/engine/models/checked-json.ts';
import { parsePythonJson } from '../../src/engine/models/python-json.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { EncodingError, fileText } from '../../src/protocol/file-text.ts';
import { refusal } from './refusal.ts';

const read = (content: string | Buffer, schema: z.ZodType = anyRecord): unknown =>
  parseCheckedJson(Buffer.from(content), schema, 'config.json');

describe('the JSON of a model folder', () => {
  it('has the numbers NaN and Infinity of Python, and keeps these words in texts', () => {
    assert.deepEqual(
      parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity, 1], "c": "NaN \\" Infinity"}'),
      { a: NaN, b: [Infinity, -Infinity, 1], c: 'NaN " Infinity' },
    );
    assert.throws(() => parsePythonJson('{"a": NaNs}'), SyntaxError);
  });

  it('names a setting that is no finite number where one is needed', () => {
    const schema = z.looseObject({ rms_norm_eps: z.number() });
    assert.throws(
      () => read('{"rms_norm_eps": NaN}', schema),
      refusal(/^config\.json is malformed at "rms_norm_eps": .*NaN/u, ErrorCode.badModel),
    );
    assert.deepEqual(read('{"rms_norm_eps": 1, "other": NaN}', schema), {
      rms_norm_eps: 1,
      other: NaN,
    });
  });

  it('has the last of equal keys', () => {
    assert.deepEqual(read('{"a": 1, "a": 2}'), { a: 2 });
  });

  it('may be nested as deep as quantisers write it', () => {
    const deep = `{"a": ${'{"a": '.repeat(20)}1${'}'.repeat(20)}}`;
    assert.ok(read(deep));
    assert.throws(
      () => read(`{"a": ${'['.repeat(200)}${']'.repeat(200)}}`),
      refusal(
        'config.json has more than 100 levels of nesting, which is not supported.',
        ErrorCode.badModel,
      ),
    );
  });

  it('may start with a byte order mark', () => {
    assert.deepEqual(read('\uFEFF{"a": 1}'), { a: 1 });
  });

  const foreign: [string, Buffer, string][] = [
    [
      'UTF-16',
      Buffer.from('\uFEFF{"a": 1}', 'utf16le'),
      'config.json is UTF-16 text; save it as UTF-8.',
    ],
    [
      'another encoding',
      Buffer.from('{"a": "\u00e9"}', 'latin1'),
      'config.json is not UTF-8 text; save it as UTF-8.',
    ],
    ['nothing', Buffer.alloc(0), 'config.json is empty; download it again.'],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
      'config.json is a Git LFS pointer instead of the file; run "git lfs pull" where it was cloned, ' +
        'or download the file itself.',
    ],
    [
      'a link that was copied as text',
      Buffer.from(`../../blobs/${'0'.repeat(40)}`),
      'config.json is a link of the Hugging Face cache that was copied as text; copy the cache with ' +
        'its links (cp -a), or download the model again.',
    ],
    [
      'a web page',
      Buffer.from('<!DOCTYPE html><html></html>'),
      'config.json is a web page; download the file itself.',
    ],
  ];
  for (const [name, bytes, sentence] of foreign) {
    it(`is refused if it is ${name}`, () => {
      assert.throws(() => read(bytes), refusal(sentence, ErrorCode.badModel));
    });
  }
});

describe('the text of a file', () => {
  it('is read without its byte order mark, unless the mark is kept', () => {
    const bytes = Buffer.from('\uFEFFa\uFEFF');
    assert.equal(fileText(bytes), 'a\uFEFF');
    assert.equal(fileText(bytes, true), '\uFEFFa\uFEFF');
  });

  it('is refused in UTF-16 of both orders', () => {
    const little = Buffer.from('\uFEFFa', 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      assert.throws(() => fileText(bytes), new EncodingError('is UTF-16 text; save it as UTF-8'));
    }
  });
});
