import assert from 'node:assert/strict';
import { pointLabels } from '../../src/evaluation/report/charts/point-labels.ts';

describe('the names of points in a plot', () => {
  const width = 352;

  /** The place of each name, and its anchor. */
  function placed(points: readonly (readonly [number, number])[]) {
    const names = points.map(([x, y], index) => ({ name: `method-${index}`, x, y }));
    return pointLabels(names, width).map((text) => {
      const value = (name: string): string => new RegExp(`${name}="([^"]+)"`, 'u').exec(text)![1]!;
      return [Number(value('x')), Number(value('y')), value('text-anchor')] as const;
    });
  }

  it('go to the right of points that are far apart', () => {
    assert.deepEqual(
      placed([
        [10, 20],
        [200, 100],
      ]),
      [
        [17, 14, 'start'],
        [207, 94, 'start'],
      ],
    );
  });

  it('go to the left at the edge of the plot', () => {
    assert.deepEqual(placed([[340, 50]]), [[333, 44, 'end']]);
  });

  it('do not overlap, even if their points do', () => {
    const places = placed([
      [100, 100],
      [101, 100],
      [102, 101],
      [100, 102],
    ]).map(String);
    assert.equal(new Set(places).size, 4);
  });
});
