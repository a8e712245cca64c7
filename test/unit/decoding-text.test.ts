import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Encode, ResponseText, TextStream } from '../../src/decoding/text.ts';
import { END, letters } from './tabular.ts';

/** Tokens are bytes of UTF-8; 0 ends. */
const decodeBytes = (tokens: readonly number[]) => Buffer.from(tokens).toString('utf8');
const endTokens = new Set([0]);

const texts = fc
  .array(fc.constantFrom('a', 'b', '\n', 'é', '猫', '🙂'), { minLength: 1, maxLength: 12 })
  .map((characters) => characters.join(''));
const stops = fc.array(fc.constantFrom('ab', 'aab', '\n\n', 'b猫', '🙂'), { maxLength: 3 });

/** All pieces of the text of a response. */
function pieces(tokens: readonly number[], stop: readonly string[]): string[] {
  const stream = new TextStream(new ResponseText(decodeBytes, endTokens, stop));
  const given: string[] = [];
  for (let length = 1; length <= tokens.length && !stream.stopped; length += 1) {
    given.push(stream.push(tokens.slice(0, length), length === tokens.length));
  }
  assert.equal(stream.text, given.join(''));
  return given;
}

describe('streamed text', () => {
  it('adds up to the final text and never shows an incomplete character', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const given = pieces([...Buffer.from(text)], []);
        assert.equal(given.join(''), text);
        assert.ok(given.every((piece) => !piece.includes('\uFFFD')));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('ends before the first stop string and never shows a part of it', () => {
    fc.assert(
      fc.property(texts, stops, (text, stop) => {
        const shown = pieces([...Buffer.from(text)], stop).join('');
        const found = stop.map((each) => text.indexOf(each)).filter((index) => index >= 0);
        if (found.length === 0) assert.equal(shown, text);
        else assert.ok(text.startsWith(shown) && found.includes(shown.length));
        assert.ok(stop.every((each) => !shown.includes(each)));
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  it('leaves out a character that the length limit cuts', () => {
    const cut = [...Buffer.from('a🙂')].slice(0, 3);
    assert.equal(pieces(cut, []).join(''), 'a');
  });

  it('shows at the end what looked like the beginning of a stop string', () => {
    assert.deepEqual(pieces([...Buffer.from('xa')], ['ab']), ['x', 'a']);
    assert.deepEqual(pieces([...Buffer.from('xay')], ['ab']), ['x', '', 'ay']);
  });
});

describe('a response to score', () => {
  const text = new ResponseText(decodeBytes, endTokens, ['\n']);

  it('has the end token in its tokens but not in its text', () => {
    const response = text.response([97, 98, 0], true);
    assert.deepEqual(response, { text: 'ab', tokens: [97, 98, 0], ended: true });
  });

  it('is cut where a stop string would have ended it', () => {
    const response = text.response([97, 10, 98, 0], true);
    assert.deepEqual(response, { text: 'a', tokens: [97, 10], ended: false });
  });
});

describe('a response that is the result', () => {
  const text = (encode?: Encode) => new ResponseText(letters, endTokens, ['d'], encode);
  const codes: Encode = (written) => [...written].map((letter) => 100 + letter.charCodeAt(0));

  it('has the tokens that its text has, and the end token only if it ended', () => {
    assert.deepEqual(text(codes).finished([1, 2], false).tokens, [197, 198]);
    const ended = text(codes).finished([1, 2, END], true);
    assert.deepEqual([ended.tokens, ended.ended], [[197, 198, END], true]);
  });

  it('lacks the tokens of a stop string', () => {
    const stopped = text(codes).finished([1, 4, END], true);
    assert.deepEqual(stopped, { text: 'a', tokens: [197], ended: false });
  });

  it('has the tokens that were written if its text cannot be split', () => {
    const written = { text: 'ab', tokens: [1, 2], ended: false };
    assert.deepEqual(text().finished([1, 2], false), written);
    assert.deepEqual(text(() => undefined).finished([1, 2], false), written);
  });
});

describe('the text of tokens', () => {
  it('is what they add to the text before, even if they complete a character', () => {
    const text = new ResponseText(decodeBytes, endTokens, []);
    const smile = [...Buffer.from('🙂')];
    const written = [97, ...smile.slice(0, 2)];
    assert.equal(text.added(written, smile.slice(2)), '🙂');
    assert.equal(text.added(written, [0]), '');
  });

  it('follows a list that grows', () => {
    const text = new ResponseText(decodeBytes, endTokens, []);
    const tokens = [97];
    assert.equal(text.added(tokens, [98]), 'b');
    tokens.push(99);
    assert.equal(text.added(tokens, [98]), 'b');
    assert.equal(text.added([97], [98]), 'b');
  });

  it('is decoded once a step for all candidates', () => {
    let decoded = 0;
    const count = (tokens: readonly number[]) => {
      decoded += 1;
      return decodeBytes(tokens);
    };
    const text = new ResponseText(count, endTokens, []);
    const tokens = [97, 98];
    for (const candidate of [99, 100, 101]) text.added(tokens, [candidate]);
    assert.equal(decoded, 4);
  });

  it('is that of the new tokens alone if a tokenizer changes what stands before them', () => {
    const changing = (tokens: readonly number[]) => (tokens.length > 1 ? 'xy' : 'a');
    const text = new ResponseText(changing, endTokens, []);
    assert.equal(text.added([1], [2]), 'a');
  });

  it('leaves out only the incomplete characters at its end', () => {
    const decoded = () => '\uFFFDa\uFFFD\uFFFD';
    assert.equal(new ResponseText(decoded, endTokens, []).of([1]), '\uFFFDa');
  });

  it('stops at the first of several stop strings', () => {
    const text = new ResponseText(decodeBytes, endTokens, ['d', 'b', 'a']);
    assert.equal(text.stopIndex('xcbad'), 2);
    assert.equal(text.stopIndex('axb'), 0);
    assert.equal(text.stopIndex('x'), -1);
    assert.equal(text.stopIndex(''), -1);
  });

  it('is cut at a stop string of several tokens, with the tokens that complete it', () => {
    const text = new ResponseText(decodeBytes, endTokens, ['bc']);
    const response = text.response([97, 98, 99, 100], false);
    assert.deepEqual(response, { text: 'a', tokens: [97, 98, 99], ended: false });
  });

  it('has the tokens of its text if the text hides some, and the end token', () => {
    const encode: Encode = (shown) => [...Buffer.from(shown)];
    const decode = (tokens: readonly number[]) => decodeBytes(tokens.filter((id) => id !== 7));
    const hides = (tokens: readonly number[]) => tokens.includes(7);
    const text = new ResponseText(decode, endTokens, ['d'], encode, hides);
    assert.deepEqual(text.response([7, 97, 0], true), { text: 'a', tokens: [97, 0], ended: true });
    assert.deepEqual(text.response([7, 97, 100], false).tokens, [97]);
    assert.deepEqual(text.response([97, 98], false).tokens, [97, 98]);
  });

  it('is empty where a stop string is its beginning', () => {
    const text = new ResponseText(decodeBytes, endTokens, ['\n']);
    assert.deepEqual(text.response([10, 97], false), { text: '', tokens: [10], ended: false });
  });

  it('is held back as far as it may begin a stop string, which a last piece is not', () => {
    assert.deepEqual(pieces([...Buffer.from('aab')], ['aac', 'b!']), ['', '', 'aab']);
    assert.deepEqual(pieces([...Buffer.from('aaab')], ['aaab']), ['', '', '', '']);
    assert.deepEqual(pieces([...Buffer.from('xbbx')], ['bbb']), ['x', '', '', 'bbx']);
  });
});
