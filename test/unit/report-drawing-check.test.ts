import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { problemOfDrawing } from '../../src/extension/evaluation/check-drawing.ts';

const svg = (content: string, attributes = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg"${attributes}>${content}</svg>`;

describe('The check of a figure', function () {
  it('accepts the figures that an evaluation writes', function () {
    const figures = join(import.meta.dirname, '../fixtures/evaluation-report/figures');
    for (const name of ['quality', 'cost', 'distributions', 'frontier', 'rewards', 'ablation']) {
      const text = readFileSync(join(figures, `${name}.svg`), 'utf8');
      assert.equal(problemOfDrawing(text), undefined, name);
    }
  });

  for (const [what, text] of [
    ['a copy of other elements', svg('<g class="a"/><use href="#a"/>')],
    ['a filter', svg('<filter/>')],
    ['an attribute that names a filter', svg('<rect filter="url(#a)"/>')],
    ['a pattern', svg('<pattern/>')],
    ['a script', svg('<script>1</script>')],
    ['a picture', svg('<image href="https://example.org/a.png"/>')],
    ['an animation', svg('<rect><animate/></rect>')],
    ['a handler', svg('', ' onload="alert(1)"')],
    ['HTML', svg('<foreignObject/>')],
    ['an svg inside an svg', svg(svg(''))],
    ['a declaration', `<!DOCTYPE svg>${svg('')}`],
    ['an entity', svg('<text>&a;</text>')],
    ['a paint server', svg('<rect fill="url(#a)"/>')],
    ['a picture of a million pixels', svg('', ' width="1000000" height="10"')],
    ['a coordinate far away', svg('<line x1="999999"/>')],
    ['a curve', svg('<path d="M0 0C1 1 2 2 3 3"/>')],
    ['more elements than a figure has', svg('<g/>'.repeat(10_001))],
    ['deep nesting', svg('<g>'.repeat(50) + '</g>'.repeat(50))],
    ['an element without end', '<svg><g></svg>'],
    ['two elements', svg('') + svg('')],
    ['a text alone', 'text'],
    ['nothing', ''],
    ['an import', svg('<style>@import "a";</style>')],
    ['a filter in the style', svg('<style>svg{filter:blur(99px)}</style>')],
    ['a link in the style', svg('<style>svg{fill:url(#a)}</style>')],
    ['dashes without length', svg('<style>svg .a{stroke-dasharray:0.01 0.01}</style>')],
    ['variables that double', svg('<style>svg{--a:var(--b) var(--b)}</style>')],
    ['a costly selector', svg('<style>svg:has(g ~ g){fill:red}</style>')],
  ] as const) {
    it(`refuses ${what}`, function () {
      assert.notEqual(problemOfDrawing(text), undefined);
    });
  }

  it('answers any markup, in a time that grows with its length alone', function () {
    const pieces = ['<svg', '<g ', '>', '/>', '</g>', '"', 'd="', 'M1 1', '{', '}', ':', ';', ' '];
    const markup = fc.array(fc.constantFrom(...pieces, '<style>', '</style>', 'x', '&', '<'));
    fc.assert(
      fc.property(markup, fc.integer({ min: 1, max: 2000 }), (each, times) => {
        problemOfDrawing(`<svg>${each.join('').repeat(times)}`);
      }),
    );
  });
});
