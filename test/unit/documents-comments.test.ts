import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

const texts = async (source: string, language: string): Promise<string[]> =>
  (await proseUnits(source, language)).map(({ text }) => text);

describe('Prose of comments', function () {
  this.timeout(60_000);

  it('leaves licences, directives, code and strings alone', async () => {
    const source = [
      '#!/usr/bin/env node',
      '// Copyright (c) 2020 Ann. Licensed under the MIT license.',
      '',
      '// eslint-disable-next-line no-console -- the reason is here',
      'const a = "// this is a string of words";',
      '// const b = call(a);',
      '// return b;',
      '/* This comment is prose. */',
    ].join('\n');
    assert.deepEqual(await texts(source, 'javascript'), ['This comment is prose.']);
  });

  it('refuses words that would end the comment', async () => {
    const [block] = await proseUnits('/* This comment is prose. */', 'c');
    assert.ok('problem' in block!.fill('This ends */ here.'));
    const [doc] = await proseUnits('def f():\n    """This is the docstring."""\n', 'python');
    assert.ok('problem' in doc!.fill('This is the """ docstring.'));
    assert.ok('problem' in doc!.fill('This is the "docstring"'));
    assert.deepEqual(doc!.fill('This is it.'), { source: 'This is it.' });
  });

  it('reads a document with a long run of titles, blanks or brackets', async () => {
    for (const language of ['asciidoc', 'restructuredtext', 'latex', 'javascript'])
      for (const part of ['# a word of it\n', ' ', '[a '])
        assert.ok(await proseUnits(part.repeat(20_000), language));
  });
});
