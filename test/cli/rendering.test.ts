import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { layOut, wrap, type Piece } from '../../src/cli/view/layout.ts';
import { LiveView } from '../../src/cli/view/live-view.ts';
import { listing } from '../../src/cli/view/listing.ts';
import { PipedView } from '../../src/cli/view/piped-view.ts';
import { printable } from '../../src/protocol/printable.ts';
import { summarise } from '../../src/cli/view/summary.ts';
import type { ViewOptions } from '../../src/cli/view/text-view.ts';
import { kindOf, paletteFor } from '../../src/cli/view/token-style.ts';
import { coloured, colourless, done, FakeTerminal, token } from './rendering-support.ts';

const prose = 'Dear colleague,\n\nthe report is late, and I am sorry for the trouble it makes you.';
const samples = {
  prose,
  'one very long word': `see ${'abcdefghij'.repeat(30)} there`,
  'wide characters': '\u4eca\u65e5\u306f\u4f1a\u8b70\u304c\u3042\u308a\u307e\u3059\u3002'.repeat(9),
  emoji: '\u{1f31f}\u{1f469}\u200d\u{1f4bb} '.repeat(40),
  'a list': '- first\n  - an entry of a list that is long enough to need several rows\n\tcode',
};

function plain(text: string): Piece[] {
  return [{ text, kind: 'plain' }];
}

function letters(text: string): string {
  return text.replace(/\s/gu, '').normalize();
}

const headings: ViewOptions = {
  headings: new Map([
    ['plain', 'Plain'],
    ['aligned', 'Aligned'],
  ]),
  reward: 'positive-tone',
};

describe('the layout of two texts on a terminal', () => {
  for (const [name, sample] of Object.entries(samples)) {
    for (const width of [20, 59, 79, 99, 159]) {
      it(`fits ${name} into ${String(width)} columns and loses nothing`, () => {
        const blocks = [
          { heading: 'Plain', pieces: plain(sample) },
          { heading: 'Aligned: a heading of several words', pieces: plain(prose) },
        ];
        const rows = layOut(blocks, colourless, { width, height: Infinity });

        for (const row of rows) assert.ok(stringWidth(row) <= width, row);
        const text = rows.slice(1).join('\n');
        if (width < 79) assert.ok(letters(text).includes(letters(sample)), text);
        else {
          const left = rows.map((row) => row.split(/[\u2502\u253c]/u)[0]!);
          const widths = new Set(left.map((row) => stringWidth(row)));
          assert.equal(widths.size, 1);
          assert.ok(letters(left.join('')).endsWith(letters(sample)));
        }
      });
    }
  }

  it('shows the end of texts that are longer than the terminal', () => {
    const long = Array.from({ length: 50 }, (_, index) => `line ${String(index)}`).join('\n');
    const blocks = ['Plain', 'Aligned'].map((heading) => ({ heading, pieces: plain(long) }));

    for (const width of [60, 100]) {
      const rows = layOut(blocks, colourless, { width, height: 20 });
      assert.ok(rows.length <= 20);
      assert.equal(rows.join('\n').match(/line 49/gu)?.length, 2);
      assert.match(rows.join('\n'), /Plain[^]*Aligned/u);
    }
  });

  it('keeps colours inside their column', () => {
    const pieces: Piece[] = [
      { text: 'some words that were kept and that go on\nand on', kind: 'kept' },
      { text: ' changed', kind: 'changed' },
    ];
    const [row] = wrap(pieces, coloured, 12);

    assert.equal(row, '\u001b[36msome words\u001b[39m');
    const rows = wrap(pieces, coloured, 12).map((each) => stripVTControlCharacters(each));
    assert.deepEqual(rows, wrap(pieces, colourless, 12));
  });

  it('indents continuation rows like their line', () => {
    assert.deepEqual(wrap(plain('  - one two three'), colourless, 10), [
      '  - one',
      '  two',
      '  three',
    ]);
  });
});

describe('printable', () => {
  it('replaces control characters by their pictures', () => {
    const text = printable(
      'a\u001b[31mred\u001b]0;title\u0007\u009b2J\u0000\u007f\rb\r\nc\td\u202e',
    );

    assert.equal(text, 'a\u241b[31mred\u241b]0;title\u2407\ufffd2J\u2400\u2421\u240db\nc\td\ufffd');
  });

  it('keeps every other character', () => {
    const text = 'caf\u00e9 \u0645\u0631\u062d\u0628\u0627 \u{1f469}\u200d\u{1f4bb} \ufffd';

    assert.equal(printable(text), text);
  });
});

describe('colours', () => {
  it('show how a token was chosen', () => {
    assert.equal(kindOf(token('plain', 'x')), 'plain');
    assert.equal(kindOf(token('aligned', 'x', 0)), 'kept');
    assert.equal(kindOf(token('aligned', 'x', 1)), 'changed');
    assert.equal(kindOf({ ...token('aligned', 'x', 0), decision: 'skipped' }), 'skipped');
  });

  it('are left out with NO_COLOR and off a terminal', () => {
    assert.equal(paletteFor(true, { NO_COLOR: '1' }).token.changed('x'), 'x');
    assert.equal(paletteFor(false, {}).heading('x'), 'x');
  });
});

describe('the summary of two texts', () => {
  const choices = { plain: 0, skipped: 1, kept: 2, changed: 3 };
  const summary = {
    done: [done('plain', ''), done('aligned', '')],
    choices,
    reward: 'positive-tone',
  };

  it('shows reward, divergence, speed and cost', () => {
    const text = summarise(summary, colourless, 100).join('\n');

    assert.match(text, /reward +0\.500 +0\.750 +by positive-tone/u);
    assert.match(text, /KL +0\.00 +1\.3–2\.5 +nats from the reference policy, of the softmax/u);
    assert.match(text, /log pi_SFT +-6\.00 +-7\.50 /u);
    assert.match(text, /seconds +1\.00 +3\.00 +3\.0 times plain decoding/u);
    assert.match(text, /positions +10 +100 +Algorithm 1 in full: 12,000 \(120 times\)/u);
    assert.match(text, /1 without a reward, 2 where the most likely token won, 3 changed/u);
  });

  for (const width of [30, 59, 99]) {
    it(`fits ${String(width)} columns`, () => {
      for (const row of summarise(summary, colourless, width)) {
        assert.ok(stringWidth(row) <= width, row);
      }
    });
  }

  it('shows a dash where there is no number', () => {
    const cancelled = { ...done('aligned', ''), reward: null, kl: null };
    const text = summarise({ ...summary, done: [cancelled] }, colourless, 80).join('\n');

    assert.match(text, /reward +- /u);
    assert.match(text, /KL +- /u);
  });
});

describe('the piped view', () => {
  function view(): { piped: PipedView; text: () => string; summary: () => string } {
    const written = { text: '', summary: '' };
    const piped = new PipedView(headings, {
      text: (piece) => (written.text += piece),
      summary: (piece) => (written.summary += piece),
    });
    return { piped, text: () => written.text, summary: () => written.summary };
  }

  it('writes the texts one after the other, the first as it grows', () => {
    const { piped, text } = view();
    piped.token(token('plain', 'One'));
    piped.token(token('aligned', 'Two', 0));
    assert.equal(text(), 'Plain\n-----\nOne');

    piped.done(done('plain', 'One'));
    piped.token(token('aligned', ' more', 1));
    assert.equal(text(), 'Plain\n-----\nOne\n\nAligned\n-------\nTwo more');
  });

  it('prints both texts when the request ends early', () => {
    const { piped, text, summary } = view();
    piped.token(token('plain', 'One'));
    piped.token(token('aligned', 'Two\u001b[2J', 0));
    piped.finish();

    assert.equal(text(), 'Plain\n-----\nOne\n\nAligned\n-------\nTwo\u241b[2J\n');
    assert.equal(summary(), '');
  });

  it('prints nothing without a text', () => {
    const { piped, text, summary } = view();
    piped.finish();

    assert.equal(text() + summary(), '');
  });
});

describe('the live view', () => {
  it('ends with the full texts and the summary, even on a small terminal', () => {
    const terminal = new FakeTerminal(100, 6);
    const live = new LiveView(headings, colourless, terminal.asStream);
    const long = Array.from({ length: 30 }, (_, index) => `line ${String(index)}\n`);
    for (const text of long) live.token(token('plain', text));
    live.token(token('aligned', 'short', 1));
    live.done(done('plain', ''));
    live.done(done('aligned', ''));
    live.finish();

    const final = stripVTControlCharacters(terminal.written);
    assert.match(final, /line 0 [^]*line 29 [^]*reward +0\.500 +0\.750/u);
  });

  it('redraws the texts when the terminal becomes narrow', () => {
    const terminal = new FakeTerminal(120, 40);
    const live = new LiveView(headings, colourless, terminal.asStream);
    live.token(token('plain', 'left'));
    live.token(token('aligned', 'right', 0));
    terminal.columns = 50;
    terminal.emit('resize');
    live.finish();

    const rows = stripVTControlCharacters(terminal.written).trimEnd().split('\n');
    for (const row of rows) assert.ok(stringWidth(row) <= 49, row);
    assert.ok(rows.includes('left') && rows.includes('right'));
    assert.equal(terminal.listenerCount('resize'), 0);
  });
});

describe('a listing', () => {
  it('fits its width and shows no control characters', () => {
    const items = [{ term: 'id', lines: ['a description of some length', 'bad \u001b[2J'] }];
    const rows = listing(items, colourless, 16);

    assert.deepEqual(rows, ['id', '  a description', '  of some length', '  bad \u241b[2J']);
  });
});
