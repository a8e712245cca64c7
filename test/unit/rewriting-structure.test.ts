import assert from 'node:assert/strict';
import { structureChange } from '../../src/bench/rewriting/structure/structure.ts';

interface Case {
  readonly name: string;
  readonly language: string;
  readonly before: string;
  readonly after: string;
}

const equal: readonly Case[] = [
  {
    name: 'other words in a Markdown paragraph, its marks in another order',
    language: 'markdown',
    before: '# Use\n\nRun `a` **now**, see [it](x.md).\n',
    after: '# How\n\nSee [this](x.md), then **do** run `a`.\n',
  },
  {
    name: 'other words in HTML',
    language: 'html',
    before: '<p class="a">Go <b>now</b> and <i>see</i>.</p>',
    after: '<p class="a"><i>Look</i> and <b>go</b></p>',
  },
  {
    name: 'other words in LaTeX',
    language: 'latex',
    before: '\\section{A}\nAs in~\\cite{x}, $a$ is \\emph{small}.',
    after: '\\section{B}\nIt is \\emph{tiny}, $a$, says \\cite{x}.',
  },
  {
    name: 'other words in reStructuredText',
    language: 'restructuredtext',
    before: 'See :doc:`a` and ``b``.',
    after: 'Read ``b`` and :doc:`a`.',
  },
];

const different: readonly Case[] = [
  ...[
    ['a lost link', '[it](x.md)', 'it'],
    ['another target', '[it](x.md)', '[it](y.md)'],
    ['changed code', '`a`', '`b`'],
    ['a list from a paragraph', 'one', '- one'],
    ['a lost hard break', 'one  \ntwo', 'one\ntwo'],
    ['two paragraphs from one', 'one two', 'one\n\ntwo'],
    ['changed front matter', '---\na: 1\n---\n', '---\na: 2\n---\n'],
    ['another heading', '# a', '## a'],
    ['math from text', 'x', '$x$'],
    ['a lost cell', '| a | b |\n| - | - |\n| c | d |', '| a |\n| - |\n| c |'],
  ].map(([name, before, after]) => of('markdown', name!, before!, after!)),
  of('html', 'another attribute', '<p class="a">x</p>', '<p class="b">x</p>'),
  of('html', 'a lost element', '<p>x <b>y</b></p>', '<p>x y</p>'),
  of('html', 'another script', '<script>a</script>', '<script>b</script>'),
  of('html', 'a lost comment', '<p>x</p><!-- c -->', '<p>x</p>'),
  of('latex', 'another key', '\\cite{a}', '\\cite{b}'),
  of('latex', 'another formula', 'is $a$', 'is $b$'),
  of('latex', 'a lost comment', 'a % b\nc', 'a c'),
  of('latex', 'a lost command', '\\emph{a}', 'a'),
  of('python', 'changed code in a comment', '# see `a`', '# see `b`'),
  of('plaintext', 'another address', 'a@b.example', 'c@b.example'),
];

function of(language: string, name: string, before: string, after: string): Case {
  return { name, language, before, after };
}

describe('the structure of a document', () => {
  for (const { name, language, before, after } of equal) {
    it(`stays the same with ${name}`, () => {
      assert.equal(structureChange(before, after, language), undefined);
    });
  }

  for (const { name, language, before, after } of different) {
    it(`shows ${name} in ${language}`, () => {
      assert.match(structureChange(before, after, language) ?? '', / became /u);
    });
  }
});
