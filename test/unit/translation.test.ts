import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

type Strings = Readonly<Record<string, string>>;

function readStrings(name: string): Strings {
  return JSON.parse(readFileSync(join(root, name), 'utf8')) as Strings;
}

/** First arguments of calls to l10n.t in the extension's sources. */
function translatedTexts(): Set<string> {
  const found = new Set<string>();
  const folder = join(root, 'src/extension');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(?:^|\.)t$/u.test(node.expression.getText())) {
        const [argument] = node.arguments;
        if (argument && ts.isStringLiteralLike(argument)) found.add(argument.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  }
  return found;
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\d+\}|\]\(command:[^)]*\)|`#[^`]*`/gu)].map(([mark]) => mark).sort();
}

describe('German translation', function () {
  it('has exactly the texts of the code', function () {
    const german = Object.keys(readStrings('l10n/bundle.l10n.de.json'));
    assert.deepEqual(german.sort(), [...translatedTexts()].sort());
  });

  it('has exactly the texts of package.json', function () {
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    const used = [...manifest.matchAll(/"%([^"%]+)%"/gu)].map(([, key]) => key!);
    const keys = [...new Set(used)].sort();
    for (const name of ['package.nls.json', 'package.nls.de.json']) {
      assert.deepEqual(Object.keys(readStrings(name)).sort(), keys, name);
    }
  });

  it('keeps placeholders, commands and setting links', function () {
    const english = readStrings('package.nls.json');
    for (const [key, text] of Object.entries(readStrings('package.nls.de.json'))) {
      assert.deepEqual(placeholders(text), placeholders(english[key]!), key);
    }
    for (const [text, german] of Object.entries(readStrings('l10n/bundle.l10n.de.json'))) {
      assert.deepEqual(placeholders(german), placeholders(text), text);
    }
  });

  it('covers every title and description in package.json', function () {
    const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      contributes: unknown;
    };
    const plain: string[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const isTitle = /^(?:title|description|markdownDescription|altText)$/u.test(key);
        if (isTitle && typeof inner === 'string' && !/^%.+%$/u.test(inner)) plain.push(inner);
        visit(inner);
      }
    };
    visit(contributes);
    assert.deepEqual(plain, []);
  });
});
