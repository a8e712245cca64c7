import assert from 'node:assert/strict';
import { ESLint } from 'eslint';
import fc from 'fast-check';
import { plain, plainInHover, plainInMarkdown } from '../../src/extension/plain.ts';

/*
 * What VS Code 1.139 reads in a text: links in notifications, progress, prompts and problems of
 * input boxes; icons in lists, lenses, the status bar and the same prompts. In a hover, a URL, a
 * host that begins with www, and a mail address become links too.
 */
const link = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+(?: (["']).+?\1)?\)/iu;
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/u;
const bareLink = /https?:\/\/[a-z0-9]|www\.[a-z0-9]|[a-z0-9]@[a-z0-9]/iu;
/** In a Markdown document, which editors follow with Ctrl+click. */
const autoLink = /<[a-z][\w+.-]*:[^>\s]+>/iu;
const definition = /^\s*\[[^\]]+\]:/mu;

const parts = [
  ...['[', ']', '(', ')', '$', '$(', '](', '<', '>', ':', '@', '|', ' ', '\n', '\\', '"', '\u2060'],
  ...[
    'command:',
    'https://',
    'HTTP://',
    'file:',
    'x',
    'a.b',
    'www.',
    'zap',
    'sync~spin',
    '\u001b[',
  ],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 })), { maxLength: 40 })
  .map((each) => each.join(''));

describe('Text in the editor', function () {
  it('becomes neither a link nor an icon', function () {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(plain(text), link);
        assert.doesNotMatch(plain(text), icon);
        // A message may quote another that is plain already.
        assert.doesNotMatch(plain(`[x](${plain(text)}`), link);
      }),
      { numRuns: 5000 },
    );
  });

  it('becomes no link in a hover or a Markdown document', function () {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(plainInHover(text), bareLink);
        for (const pattern of [link, autoLink, definition]) {
          assert.doesNotMatch(`- licence: ${plainInMarkdown(text)}`, pattern);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('reads as before: only invisible characters are added', function () {
    const shown = plain('The folder [x](command:a) has $(zap) in it, at https://example.org.');
    assert.equal(
      shown.replaceAll('\u2060', ''),
      'The folder [x](command:a) has $(zap) in it, at https://example.org.',
    );
    assert.equal(plain('a (b) [c] $5 {d}'), 'a (b) [c] $5 {d}');
  });

  it('loses escape sequences and overrides of the writing direction', function () {
    assert.equal(plain('\u001b[31mred\u009b\u202E'), '␛[31mred\uFFFD\uFFFD');
  });

  it('is cut, because VS Code searches it in more than linear time', function () {
    assert.ok(plain('['.repeat(1_000_000)).length < 5000);
  });
});

describe('Lint', function () {
  const lint = async (code: string, file: string): Promise<number> => {
    const eslint = new ESLint({ overrideConfig: { rules: { 'no-undef': 'off' } } });
    const [result] = await eslint.lintText(code, { filePath: `src/extension/${file}` });
    return result!.messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax').length;
  };

  it('lets only editor-messages.ts show texts in the editor', async function () {
    this.timeout(20_000);
    const calls = [
      "import * as vscode from 'vscode'; void vscode.window.showErrorMessage('x');",
      "import { window } from 'vscode'; void window.showQuickPick([]);",
      "import { window } from 'vscode'; void window['showInputBox']();",
      "import { window } from 'vscode'; export const { createStatusBarItem } = window;",
      "import { MarkdownString } from 'vscode'; export const text = new MarkdownString('x');",
      "import * as vscode from 'vscode'; export const x = new vscode.Hover('x');",
      "export const options = { hoverMessage: 'x' };",
    ];
    for (const call of calls) {
      assert.ok((await lint(call, 'commands/other.ts')) > 0, call);
      assert.equal(await lint(call, 'editor-messages.ts'), 0, call);
    }
    const type = "import type { Diagnostic } from 'vscode'; export type Other = Diagnostic;";
    assert.equal(await lint(type, 'commands/other.ts'), 0);
  });
});
