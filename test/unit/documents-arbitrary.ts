import fc from 'fast-check';

/** Stands in all places of a generated document that no rewrite may change. */
export const kept = 'qqkeep';

export type Text = fc.Arbitrary<string>;

export const word = fc.constantFrom(
  ...'we read the new plan today and it says that many people like to walk in long rain'.split(' '),
);
export const text = (...parts: (string | Text)[]): Text =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));
export const oneOf = (...parts: Text[]): Text => fc.oneof(...parts);
export const listOf = (part: Text, separator: string, minLength: number, maxLength: number): Text =>
  fc.array(part, { minLength, maxLength }).map((parts) => parts.join(separator));

export const words = listOf(word, ' ', 2, 6);

/** Words that may look like marks or markup, or have spaces of other kinds. */
const oddWords = oneOf(
  fc.constantFrom('[3]', '[/1]', 'a * b', '5 < 6', 'AT&T', 'snake_case', '#12', '- and', '1. one'),
  fc.constantFrom('10\u00A0000\u202F€', 'Mr.\u00A0Smith', 'two  blanks', 'a\u2009thin', 'tab\tin'),
  fc.constant(`https://a.example/${kept}?x=1`),
  fc.constant(`${kept}@a.example`),
  fc.constant(`src/${kept}/main.ts`),
);

/** A sentence of words and inline markup, nested up to `depth`, on one line. */
export function phrase(lone: Text[], pairs: [string, string][], depth: number): Text {
  const piece = oneOf(words, words, oddWords, ...lone);
  if (depth === 0) return listOf(piece, ' ', 1, 4);
  // No pair in one of its kind: a link in a link is none.
  const isLink = ([open]: [string, string]): boolean => /^(?:\[|<a)/u.test(open);
  const pair = fc.constantFrom(...pairs).chain((ends) => {
    const others = pairs.filter((other) => other !== ends && !(isLink(other) && isLink(ends)));
    const inner = isLink(ends)
      ? lone.map((piece) => piece.filter((text) => !/\[/u.test(text)))
      : lone;
    return phrase(inner, others, depth - 1).map((content) => `${ends[0]}${content}${ends[1]}`);
  });
  return listOf(oneOf(piece, piece, pair), ' ', 1, 4);
}

export const prose = (sentence: Text): Text =>
  text('The ', listOf(sentence, ', and the ', 1, 3), ' was good for all of us.');

/** Breaks a text at some of its spaces; `hang` begins each further line. */
export const wrapped = (line: Text, hang: string): Text =>
  fc
    .tuple(line, fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }))
    .map(([source, places]) => wrap(source, new Set(places), hang));

function wrap(source: string, places: ReadonlySet<number>, hang: string): string {
  let space = 0;
  return source.replace(/(?<=\p{L}) (?=\p{Ll})/gu, () => (places.has(space++) ? `\n${hang}` : ' '));
}

export const indented = (block: string, first: string, rest: string): string =>
  first + block.replaceAll('\n', `\n${rest}`).replaceAll(new RegExp(`\n${rest}\n`, 'gu'), `\n\n`);

export const document = (block: Text): Text => listOf(block, '\n\n', 1, 6).map((all) => `${all}\n`);

const markdownLone = [
  fc.constantFrom(
    `\`${kept} x\``,
    `![${kept}](${kept}.png "${kept}")`,
    `<https://${kept}.example>`,
    `[^${kept}]`,
    `[${kept}]`,
    '10&nbsp;000',
    '\\*',
    `$${kept}_1$`,
    `<i class="${kept}"/>`,
    `{{ ${kept} }}`,
    `[[${kept}]]`,
  ),
];
const markdownPairs: [string, string][] = [
  ['**', '**'],
  ['_', '_'],
  ['~~', '~~'],
  ['[', `](https://${kept}.example "${kept}")`],
  ['[', `][${kept}]`],
  [`<b class="${kept}">`, '</b>'],
];

function markdownBlock(depth: number): Text {
  const line = prose(phrase(markdownLone, markdownPairs, 2));
  const leaf = oneOf(
    wrapped(line, ''),
    text('## ', line),
    text(wrapped(line, ''), '\n----'),
    text(line, '  \n', line, '\\\n', line),
    fc.constant(`\`\`\`js\nlet ${kept} = the plan that we read today;\n\`\`\``),
    text(line, `\n\n    ${kept} in the code that we read today`),
    fc.constant(`<div class="${kept}">\nwe read the plan ${kept} today\n</div>`),
    fc.constant(`$$\n${kept} = the plan that we read\n$$`),
    fc.constant(`[x]: https://${kept}.example "we read the plan today"`),
    text(
      `| ${kept} | b |\n| --- | ---: |\n| `,
      words,
      ` | The plan was \`${kept}\` for all of us. |`,
    ),
    text(`Term\n: `, wrapped(line, '  ')),
    text(`[^n]: `, wrapped(line, '    ')),
    text('> [!NOTE]\n> ', wrapped(line, '> ')),
    text(`:::${kept}\n`, line, '\n:::'),
  );
  if (depth === 0) return leaf;
  const inner = listOf(markdownBlock(depth - 1), '\n\n', 1, 2);
  const item = oneOf(inner, text(fc.constantFrom('[ ] ', '[x] '), line));
  return oneOf(
    leaf,
    leaf,
    inner.map((block) => indented(block, '> ', '> ').replaceAll(/\n\n/gu, '\n>\n')),
    item.map((block) => indented(block, '- ', '  ')),
    item.map((block) => indented(block, '1. ', '   ')),
  );
}

const markdown = fc
  .tuple(
    fc.constantFrom(
      '',
      `---\ntitle: the ${kept} that we read\n---\n\n`,
      `+++\na = "${kept}"\n+++\n`,
    ),
    document(markdownBlock(2)),
  )
  .map(([front, body]) => `${front}${body}\n[${kept}]: https://a.example\n\n[^${kept}]: ${kept}\n`);

const htmlLone = [
  fc.constantFrom(
    `<code>${kept} x</code>`,
    `<img alt="${kept} we read" src="${kept}.png">`,
    '10&nbsp;000',
    '&lt;',
    'caf&eacute;&amp;bar',
    `<!-- ${kept} we read -->`,
    `{{ ${kept} }}`,
    `<sup>2</sup>`,
  ),
];
const htmlPairs: [string, string][] = [
  ['<b>', '</b>'],
  [`<em class="${kept}">`, '</em>'],
  [`<a href="${kept}.html"\n  title="${kept} we read">`, '</a>'],
  ['<span> ', ' </span>'],
];

function htmlBlock(depth: number): Text {
  const line = prose(phrase(htmlLone, htmlPairs, 2)).map((source) => source.replace(/ < /gu, ' '));
  const element = (name: string, content: Text): Text =>
    text(`<${name} class="${kept}">`, content, `</${name}>`);
  const leaf = oneOf(
    element('p', wrapped(line, '   ')),
    element('h2', line),
    element('p', text(line, `<br/>\n`, line)),
    element('pre', fc.constant(`${kept} we read the plan today`)),
    element('script', fc.constant(`let ${kept} = 'we read the plan today';`)),
    text(`<table><tr><td>${kept}<td>`, line, '</table>'),
    text(`<!-- ${kept} we read the plan -->\n`, wrapped(line, '')),
  );
  if (depth === 0) return leaf;
  const inner = listOf(htmlBlock(depth - 1), '\n', 1, 3);
  return oneOf(
    leaf,
    element('div', inner),
    element('blockquote', text('\n  ', inner, '\n')),
    text('<ul>\n  <li>', inner, '\n  <li>', line, '\n</ul>'),
  );
}

const html = fc
  .tuple(fc.boolean(), document(htmlBlock(2)))
  .map(([whole, body]) =>
    whole
      ? `<!DOCTYPE html>\n<html><head><title>${kept} we read</title></head><body>${body}</body></html>`
      : body,
  );

const plainLine = prose(
  phrase(
    [fc.constant(`\`${kept}\``)],
    [
      ['"', '"'],
      ['(', ')'],
    ],
    1,
  ),
);

const plainBlock = oneOf(
  wrapped(plainLine, ''),
  text(' * ', wrapped(plainLine, '   '), '\n * ', plainLine),
  text('1) ', wrapped(plainLine, '   ')),
  text('• ', plainLine),
  fc.constant(`    $ run ${kept} --today\n    $ stop ${kept}`),
  fc.constant(`Plan     ${kept}    Price\nSolo     1        ${kept}`),
  fc.constant(`+------+\n| ${kept} |\n+------+`),
  fc.constant(`> we read the ${kept} today\n> and it was good`),
  fc.constant(`Place: ${kept}\nTime: 10:30`),
);

const plain = fc
  .tuple(
    fc.constantFrom('', `From: Ann ${kept}\nSubject: the ${kept} that we read\n\n`),
    fc.constantFrom('', 'Hi all,\n\n', `Dear ${kept},\n`),
    document(plainBlock),
    fc.constantFrom('', `\nBest wishes,\nTom Qqkeep\n`, `\n-- \nTom\nwe read the ${kept} today\n`),
  )
  .map((parts) => parts.join(''));

const commit = fc
  .tuple(
    fc.constantFrom('', `fix(${kept}): `, `${kept}/x: `, 'fixup! '),
    prose(words),
    fc.array(plainBlock, { maxLength: 4 }),
    fc.constantFrom('', `\nSigned-off-by: Ann <${kept}@a.example>\nFixes: #1 ${kept}\n`),
    fc.constantFrom(
      '',
      `# we read the ${kept} today\n# ------------------------ >8 ------------------------\nthe ${kept} was good for us.\n`,
    ),
  )
  .map(([prefix, subject, body, trailers, comments]) =>
    [`${prefix}${subject}\n`, ...body.map((block) => `\n${block}\n`), trailers, comments].join(''),
  );

/** Generated documents by language id. */
export const documents: Readonly<Record<string, Text>> = {
  markdown,
  html,
  plaintext: plain,
  'git-commit': commit,
};
