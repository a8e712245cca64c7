import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

const words = 'we read the new plan today ';
const languages = ['markdown', 'mdx', 'html', 'plaintext', 'git-commit'];

/** Documents on which a parser or a pattern of quadratic time or deep recursion fails. */
const documents: Readonly<Record<string, string>> = {
  'a line of 200,000 blanks': `We read${' '.repeat(200_000)}the new plan today.`,
  '50,000 tabs and line ends': `We read the plan.${'\t\n'.repeat(25_000)}It was good for us.`,
  '10,000 nested quotes': `${'>'.repeat(10_000)} ${words}`,
  '5,000 nested list markers': `${'- '.repeat(5000)}${words}`,
  '500 nested lists': Array.from({ length: 500 }, (_, at) => `${'  '.repeat(at)}- ${words}`).join(
    '\n',
  ),
  '50,000 stars': `${'*'.repeat(50_000)}${words}`,
  '30,000 open signs of emphasis': '_a*'.repeat(10_000) + words,
  '20,000 open brackets': '['.repeat(20_000) + words,
  '20,000 open tags': `<p>${'<b>'.repeat(20_000)}${words}`,
  '20,000 nested blocks of HTML': `${'<div>'.repeat(20_000)}${words}${'</div>'.repeat(20_000)}`,
  '10,000 unclosed comments': '<!-- '.repeat(10_000) + words,
  'a table of 1,000 rows': `| a | b |\n|---|---|\n${`| ${words}| ${words}|\n`.repeat(1000)}`,
  '20,000 dollars': '$a '.repeat(20_000) + words,
  '20,000 braces': `${'{{ '.repeat(20_000)}${'{% '.repeat(20_000)}${words}`,
  '20,000 templates and highlights': `${'{{x}} ==a== '.repeat(20_000)}${words}`,
  'a word of 200,000 letters': `We read ${'a'.repeat(200_000)} today and it was good.`,
  'a word of 200,000 dots and slashes': `We read ${'a./'.repeat(70_000)} today.`,
  '20,000 entities': '&amp;'.repeat(20_000) + words,
  '20,000 hard breaks': `${words}<br>`.repeat(20_000),
  '10,000 lines of fields': 'Name: Ann\n'.repeat(10_000),
  '20,000 lines of a paragraph': `${words}\n`.repeat(20_000),
  '10,000 fixed spaces': `The ${'a\u00A0'.repeat(10_000)} was good for us.`,
  '20,000 marks': '[1] [/1] '.repeat(10_000) + words,
  '100,000 zero bytes': `${'\0'.repeat(100_000)} ${words}`,
};

describe('A hostile document', function () {
  // The test ends when the work does: quadratic time takes minutes on each of these.
  this.timeout(60_000);

  for (const [name, source] of Object.entries(documents))
    it(`with ${name} ends soon, in units that keep it or in one sentence`, async () => {
      for (const language of languages) await readAndFill(source, language);
    });

  it('of more than a million characters is refused in one sentence', async () =>
    assert.rejects(proseUnits('a '.repeat(600_000), 'plaintext'), /1,200,000 characters/u));
});

/** The same for the parsers of AsciiDoc and of Python. */
const otherDocuments: Readonly<Record<string, string>> = {
  'a line of 200,000 blanks': `We read${' '.repeat(200_000)}the new plan today.`,
  'a line of 20,000 words': words.repeat(3000),
  '20,000 delimiters': '====\n'.repeat(20_000) + words,
  '300 nested lists and blocks': Array.from(
    { length: 300 },
    (_, at) => `${'*'.repeat(at + 1)} ${words}\n${'='.repeat(at + 4)}`,
  ).join('\n'),
  '300 deep indentations': Array.from(
    { length: 300 },
    (_, at) => `${' '.repeat(at)}if x: # ${words}`,
  ).join('\n'),
  'an attribute that doubles 40 times': `:b0: ${words}\n${Array.from(
    { length: 40 },
    (_, at) => `:b${at + 1}: {b${at}}{b${at}}`,
  ).join('\n')}\n\n{b40} ${words}`,
  '10,000 titles': '== Title\n\n'.repeat(10_000),
  'a string that never ends': `x = """${words.repeat(3000)}`,
  'a quoted word that never ends': `x = '${words.repeat(3000)}`,
  '100,000 quotes': '"'.repeat(100_000),
  '10,000 f-strings in one another': 'f"{'.repeat(10_000),
  '50,000 brackets in a comment': `# ${'['.repeat(25_000)}${'(<'.repeat(12_000)}`,
  '50,000 open tags and backslashes in a comment': `# ${'{@a '.repeat(10_000)}${'\\a'.repeat(10_000)}`,
};

describe('A hostile program or AsciiDoc document', function () {
  this.timeout(60_000);

  for (const [name, source] of Object.entries(otherDocuments))
    it(`with ${name} ends soon, in units that keep it`, async () => {
      for (const language of ['asciidoc', 'python', 'foo']) await readAndFill(source, language);
    });
});

async function readAndFill(source: string, language: string): Promise<void> {
  const units = await proseUnits(source, language).catch((error: unknown) => {
    assert.equal((error as Error).name, 'TqError', String(error));
    return [];
  });
  for (const unit of units.slice(0, 3)) {
    const same = unit.fill(unit.text);
    assert.deepEqual(same, { source: source.slice(unit.start, unit.end) });
    unit.fill(`${unit.text} It is new.`);
  }
}
