import assert from 'node:assert/strict';
import { readRatings } from '../../src/evaluation/judge/rating.ts';

describe('ratings', () => {
  for (const [reply, first, second] of [
    ['7 8', 7, 8],
    ['\n 7.5, 10\nbecause', 7.5, 10],
    ['7/8', 7, 8],
    ['8/10\n7/10\nReasons.', 8, 7],
    ['8/10 10/10', 8, 10],
    ['**8 7**\n\nReasons.', 8, 7],
    ['```\n3 9\n```', 3, 9],
    ['First answer: 4\nSecond answer: 6', 4, 6],
    ['Second answer: 6\nFirst answer: 4', 4, 6],
    ['Answer 1: 4/10, answer 2: 6/10', 4, 6],
    ['Ratings: 7 8', 7, 8],
    ['{"first": 5, "second": 2}', 5, 2],
    ['<think>\nMaybe 2 2.\n1 1\n</think>\n\n7 8\nReasons.', 7, 8],
    ['The first is longer, the second is right.\n\n3 9', 3, 9],
    ['7 8\nAt first I thought of\n5 5', 7, 8],
  ] as const) {
    it(`are parsed from ${JSON.stringify(reply)}`, () => {
      assert.deepEqual(readRatings(reply), { first, second });
    });
  }

  for (const reply of [
    ...['', '7', '0 8', '11 2', '7 8 9', '8/10', '8/10 is what I give', 'I give 8 to both.'],
    ...['<think>\n7 8', 'First\n7 8\nno:\n8 7'],
  ]) {
    it(`are not parsed from ${JSON.stringify(reply)}`, () => {
      assert.equal(readRatings(reply), undefined);
    });
  }
});
