import { label } from './svg.ts';

/** A name for a point of a plot; coordinates in pixels. */
export interface PointName {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Mean width of a letter and height of a line, in pixels; marks have a radius of 4. */
const letterWidth = 6.3;
const lineHeight = 11;
const markRadius = 5;

/** Possible places of a name relative to its point, nearest first. */
const places = [-6, 14, -18, 26].flatMap((dy) => [
  { dx: 7, dy, anchor: 'start' },
  { dx: -7, dy, anchor: 'end' },
]);

/**
 * Places each name next to its point, where it stays within `width` and covers the fewest other
 * names and named points; the nearest of equal places.
 */
export function pointLabels(names: readonly PointName[], width: number): string[] {
  const taken: Box[] = names.map(({ x, y }) => ({
    left: x - markRadius,
    right: x + markRadius,
    top: y - markRadius,
    bottom: y + markRadius,
  }));
  return names.map(({ name, x, y }) => {
    const candidates = places.map((place) => {
      const start = x + place.dx;
      const length = name.length * letterWidth;
      const left = place.anchor === 'start' ? start : start - length;
      const box = {
        left,
        right: left + length,
        top: y + place.dy - lineHeight,
        bottom: y + place.dy,
      };
      const outside = box.left < 0 || box.right > width ? names.length + 1 : 0;
      return { place, box, cost: outside + taken.filter((other) => overlaps(box, other)).length };
    });
    const best = candidates.reduce((a, b) => (b.cost < a.cost ? b : a));
    taken.push(best.box);
    const { dx, dy, anchor } = best.place;
    return label(name, x + dx, y + dy, { class: 'point', 'text-anchor': anchor });
  });
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
