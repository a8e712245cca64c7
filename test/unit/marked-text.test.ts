import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { differingWords, markedText } from '../../src/extension/editor/marked-text.ts';

interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

/** Types of all nodes, and the text that a reader sees. */
function rendered(markdown: string): { types: Set<string>; text: string; bold: string[] } {
  const types = new Set<string>();
  const bold: string[] = [];
  const read = (node: MarkdownNode): string => {
    types.add(node.type);
    if (node.type === 'break') return '\n';
    const text = node.value ?? (node.children ?? []).map(read).join('');
    if (node.type === 'strong') bold.push(text);
    return text;
  };
  const root = fromMarkdown(markdown, {
    extensions: [gfm()],
    // The transforms make links of addresses even where the Markdown escapes them.
    mdastExtensions: gfmFromMarkdown().map((extension) => ({ ...extension, transforms: [] })),
  });
  return { text: read(root as MarkdownNode), types, bold };
}

const hostile = [
  '<script>alert(1)</script> <img src=x onerror=alert(1)> <b>b</b> <!-- x -->',
  '[run](command:workbench.action.quit) ![x](https://evil.example/x.png)',
  'https://evil.example www.evil.example me@evil.example <https://evil.example>',
  '1. one\n2) two\n- three\n+ four\n* five\n# six\n> seven\n    eight\n\tnine',
  '```js\ncode\n```\n~~~\ncode\n~~~\n`code` ~~gone~~ **bold** _it_ __it__',
  'setext\n===\nsetext\n---\n***\n| a | b |\n|---|---|\n| c | d |\n- [ ] task\n[^1]: note [^1]',
  '&lt;b&gt; &#60;b&#62; $(check) \\* \\\\ :smile: [a]: /x "t"\n[a]',
];
const allowed = new Set(['root', 'paragraph', 'text', 'strong', 'break']);

function assertPlain(text: string, draft: string | undefined): void {
  const { types, text: shown } = rendered(markedText(text, draft));
  assert.deepEqual(
    [...types].filter((type) => !allowed.has(type)),
    [],
    markedText(text, draft),
  );
  const squeezed = (each: string): string => each.replace(/\s+/gu, ' ').trim();
  assert.equal(squeezed(shown), squeezed(text));
}

describe('The text of a rewrite as Markdown', () => {
  it('shows hostile text literally', () => {
    for (const text of hostile) {
      assertPlain(text, undefined);
      assertPlain(text, 'Another draft.');
      assertPlain(`Some words. ${text}`, 'Some words.');
    }
  });

  it('shows any text literally', () => {
    const piece = fc.constantFrom(
      ...hostile.flatMap((text) => text.split(/(?=[ \n])/u)),
      ...['\n', '\r\n', '  ', ' ', '-', '=', '#', '*', '**', '_', '.', ')', '1', 'a', '\\', '`'],
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (shown, draft) => {
        assertPlain(shown, draft);
      }),
      { numRuns: 500 },
    );
  });

  it('marks the words that the draft lacks', () => {
    const draft = 'I am writing to tell you that it is late.';
    const { bold, text } = rendered(markedText('It is (really) late, sorry.', draft));
    assert.deepEqual(bold, ['It', '(really) late, sorry.']);
    assert.equal(text, 'It is (really) late, sorry.');
  });

  it('finds the words that a rewrite leaves out', () => {
    const draft = 'It is  very late.';
    const words = differingWords(draft, 'It is late.').removed;
    assert.deepEqual(
      words.map(({ start, end }) => draft.slice(start, end)),
      ['very'],
    );
  });
});
