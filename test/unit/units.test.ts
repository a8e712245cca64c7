import assert from 'node:assert/strict';
import { formatBytes, formatDuration } from '../../src/protocol/units.ts';

describe('units', () => {
  for (const [bytes, text] of [
    [0, '0 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [98_362_432, '98 MB'],
    [999_600_000, '1.0 GB'],
    [25_250_000_000, '25.3 GB'],
  ] as const) {
    it(`writes ${bytes} bytes as ${text}`, () => {
      assert.equal(formatBytes(bytes), text);
    });
  }

  for (const [milliseconds, text] of [
    [0, '0 s'],
    [19.2, '20 ms'],
    [1000, '1 s'],
    [7001, '8 s'],
    [180_000, '3 min'],
    [200_000, '3 min 20 s'],
    [3_599_100, '1 h'],
    [7_174_000, '2 h'],
    [7_505_000, '2 h 5 min'],
  ] as const) {
    it(`writes ${milliseconds} milliseconds as ${text}`, () => {
      assert.equal(formatDuration(milliseconds), text);
    });
  }
});
