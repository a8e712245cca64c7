import fc from 'fast-check';
import {
  document,
  indented,
  kept,
  listOf,
  oneOf,
  phrase,
  prose,
  text,
  type Text,
  words,
  wrapped,
} from './documents-arbitrary.ts';

const latexLone = [
  fc.constantFrom(
    `\\cite{${kept}}`,
    `$${kept}_1$`,
    `\\(${kept}\\)`,
    `\\verb|${kept} %|`,
    `\\url{https://a.example/${kept}%20x}`,
    `\\${kept}{we read}[the plan]`,
    `\\footnote{${kept} we read}`,
    '5\\%',
    'M\\"uller\\ 6{,}069\\,kg',
    `Fig.~\\ref{${kept}}\\cite{${kept}}`,
    '\\LaTeX{}',
  ),
];
const latexPairs: [string, string][] = [
  ['\\emph{', '}'],
  ['\\textbf{', '}'],
  [`\\href{https://${kept}.example}{`, '}'],
  ['{\\bf ', '}'],
];
const asLatex = (source: Text): Text =>
  source.map((line) => line.replace(/(?<!\\)[&#_<](?=\d|T|s|$| )/gu, ' '));
const latexLine = asLatex(prose(phrase(latexLone, latexPairs, 2)));

const latexBlock = oneOf(
  wrapped(latexLine, '  '),
  text('\\section{', latexLine, `}\\label{sec:${kept}}\n`, wrapped(latexLine, '')),
  text(latexLine, `\\\\\n`, latexLine),
  text(wrapped(latexLine, ''), ` % ${kept} that we read\n`, wrapped(latexLine, '')),
  text('\\begin{itemize}\n  \\item ', latexLine, '\n  \\item[x] ', latexLine, '\n\\end{itemize}'),
  text(
    `\\begin{figure}\n\\includegraphics{${kept}}\n\\caption{`,
    latexLine,
    `}\n${kept} we read\n\\end{figure}`,
  ),
  fc.constant(`\\begin{equation}\n${kept} = \\text{the plan that we read}\n\\end{equation}`),
  fc.constant(`\\begin{verbatim}\n${kept} we read the plan\n\\end{verbatim}`),
  fc.constant(`\\begin{tabular}{ll}\n${kept} that we read & the plan \\\\\n\\end{tabular}`),
  fc.constant(`\\[ ${kept} \\]`),
);

const latex = fc
  .tuple(fc.boolean(), document(latexBlock))
  .map(([whole, body]) =>
    whole
      ? `\\documentclass{article}\n% ${kept} we read it\n\\title{The ${kept} that we read}\n\\begin{document}\n${body}\n\\end{document}\n${kept} was good for us.\n`
      : body,
  );

const rstLone = [
  fc.constantFrom(
    `\`\`${kept} x\`\``,
    `:ref:\`${kept}\``,
    `\`${kept} <https://a.example>\`_`,
    `[#${kept}]_`,
    `|${kept}|`,
    `${kept}_`,
    '\\*',
  ),
];
const rstLine = prose(phrase(rstLone, [], 0)).map((line) => line.replaceAll('snake_', 'snake'));
const rstEmphasised = text(rstLine, ' It is **good *and** long, and *we read* it today.');

function rstBlock(depth: number): Text {
  const leaf = oneOf(
    wrapped(oneOf(rstLine, rstEmphasised), ''),
    fc.constant(`The ${kept} that we read\n==========================`),
    text(rstLine, `::\n\n    ${kept} that we read today`),
    fc.constant(`.. code:: js\n   :name: ${kept}\n\n   we read the ${kept} today`),
    fc.constant(`.. |x| replace:: the ${kept} that we read`),
    fc.constant(`.. ${kept} that we read\n   today`),
    fc.constant(`.. _${kept}: https://a.example`),
    fc.constant(`:Field: the ${kept} that we read\n   today`),
    fc.constant(`>>> ${kept}\nthe ${kept} that we read`),
    fc.constant(`| the ${kept} that we read\n| today`),
    fc.constant(`====  ====\n${kept} the plan\n====  ====`),
    fc.constant(`+------+\n| the ${kept} that we read |\n+------+`),
    text('.. note:: ', wrapped(rstLine, '   '), '\n\n   ', wrapped(rstLine, '   ')),
    text('.. [#n] ', wrapped(rstLine, '   ')),
    text(`${kept}\n  `, wrapped(rstLine, '  ')),
  );
  if (depth === 0) return leaf;
  const inner = listOf(rstBlock(depth - 1), '\n\n', 1, 2);
  return oneOf(
    leaf,
    inner.map((block) => indented(block, '* ', '  ')),
    inner.map((block) => indented(block, '12. ', '    ')),
  );
}

const asciidocLone = [
  fc.constantFrom(
    `\`${kept} x\``,
    `<<${kept}>>`,
    `footnote:[${kept} we read]`,
    `{${kept}}`,
    `+${kept}+`,
    `image:${kept}.png[the plan]`,
    `kbd:[${kept}]`,
  ),
];
const asciidocPairs: [string, string][] = [
  ['*', '*'],
  ['_', '_'],
  [`https://a.example/${kept}[`, ']'],
];
const asciidocLine = prose(phrase(asciidocLone, asciidocPairs, 1));

const asciidocBlock = oneOf(
  wrapped(asciidocLine, ''),
  text('NOTE: ', wrapped(asciidocLine, '')),
  text('* ', wrapped(asciidocLine, '  '), '\n** ', asciidocLine, '\n* [x] ', asciidocLine),
  text('. ', asciidocLine, '\n+\n', wrapped(asciidocLine, '')),
  text(`${kept}:: `, asciidocLine),
  text(asciidocLine, ' +\n', asciidocLine),
  text(wrapped(asciidocLine, ''), `\n// ${kept} that we read\n`, asciidocLine),
  text('====\n', wrapped(asciidocLine, ''), '\n===='),
  fc.constant(`[source,${kept}]\n----\nwe read the ${kept} today\n----`),
  fc.constant(`....\nwe read the ${kept} today\n....`),
  fc.constant(`|===\n|we read the ${kept} |today\n|===`),
  fc.constant(`include::${kept}[the plan that we read]`),
  fc.constant(`:${kept}: the plan that we read`),
  fc.constant(`== The ${kept} that we read`),
  fc.constant(`.The ${kept} that we read\nimage::${kept}[the plan that we read]`),
  fc.constant(`ifdef::${kept}[]\nwe read the ${kept} today\nendif::[]`),
);

const codeLone = [
  fc.constantFrom(`\`${kept} x\``, `${kept}_x`, `${kept}()`, `{@link ${kept}}`, `{@code ${kept}}`),
];
const codeLine = prose(phrase(codeLone, [], 0));

const slashComment = oneOf(
  wrapped(codeLine, '// ').map((lines) => `// ${lines}`),
  text('let x = 1; // ', codeLine),
  fc.constant(`// eslint-disable-next-line ${kept}`),
  fc.constant(`// ${kept} = the(plan);\n// return ${kept};`),
  text('/* ', codeLine, ' */'),
  text(
    '/**\n * ',
    wrapped(codeLine, ' * '),
    `\n *\n * @param {string} ${kept} - `,
    wrapped(codeLine, ' *   '),
    '\n * @returns ',
    codeLine,
    `\n * @example\n * ${kept} the plan that we read\n * @type {${kept}} the plan\n */`,
  ),
  text('/**\n * ```\n * the ', fc.constant(kept), ' that we read\n * ```\n * ', codeLine, '\n */'),
);
const javascript = listOf(
  oneOf(
    slashComment,
    fc.constant(`const ${kept} = "// the plan that we read";`),
    fc.constant(`const t = \`/* the ${kept} that we read */\`;`),
  ),
  '\n\n',
  1,
  6,
);

const docstring = text(
  '    """',
  codeLine,
  '\n\n    ',
  wrapped(codeLine, '    '),
  `\n\n    Args:\n        ${kept} (int): `,
  wrapped(codeLine, '            '),
  `\n\n    >>> ${kept}\n    the ${kept} that we read\n\n    :param ${kept}: `,
  codeLine,
  `\n    :type ${kept}: the ${kept} that we read\n    """`,
);
const python = fc
  .tuple(
    fc.constantFrom('', `#!/usr/bin/env python ${kept}\n# -*- coding: utf-8 -*-\n`),
    listOf(
      oneOf(
        wrapped(codeLine, '# ').map((lines) => `# ${lines}`),
        fc.constant(`x = """the ${kept} that we read"""`),
        text('x = 1  # ', codeLine),
        fc.constant(`x = 1  # type: ignore ${kept}`),
        docstring.map((doc) => `def f(x):\n${doc}\n    return x`),
      ),
      '\n\n',
      1,
      5,
    ),
  )
  .map((parts) => parts.join('\n'));

const hashes = listOf(
  oneOf(
    wrapped(
      words.map((few) => `The ${few} was good for all of us.`),
      '# ',
    ).map((lines) => `# ${lines}`),
    fc.constant(`echo "# the ${kept} that we read"`),
    fc.constant(`# shellcheck disable=${kept}`),
  ),
  '\n\n',
  1,
  5,
).map((body) => `#!/bin/sh ${kept}\n${body}\n`);

/** Generated documents by language id: markup languages and programs. */
export const markupDocuments: Readonly<Record<string, Text>> = {
  latex,
  restructuredtext: document(rstBlock(2)),
  asciidoc: document(asciidocBlock),
  javascript,
  python,
  shellscript: hashes,
};
