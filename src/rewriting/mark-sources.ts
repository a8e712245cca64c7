import type { ProseUnit } from '../documents/prose-unit.ts';
import { mark } from './marks.ts';

const unfinished = /\[\/?\d*$/u;

/** Puts the draft's markup in the place of its marks, in prose that may not be finished. */
export type ShowMarks = (prose: string) => string;

/**
 * Shows prose of a unit as its document would, without the layout of lines. Marks whose source is
 * not known are left out, and so is the beginning of one.
 */
export function marksShownAs(unit: ProseUnit): ShowMarks {
  const sources = unit.marks === 0 ? new Map<string, string>() : sourcesOf(unit);
  return (prose) =>
    prose.replace(unfinished, '').replace(mark, (found) => sources.get(found) ?? '');
}

/** The source of each mark, found by filling the unit with signs around its marks. */
function sourcesOf(unit: ProseUnit): ReadonlyMap<string, string> {
  const marks = [...unit.text.matchAll(mark)];
  const sign = (index: number, side: 'a' | 'z'): string => `Zq${String(index)}${side}`;
  const closed = new Set(marks.flatMap(([, slash, number]) => (slash === '/' ? number! : [])));
  const probe = marks.map(([found, slash, number], index) => {
    // Emphasis is none with a letter outside or a space inside.
    const opens = slash === '' && closed.has(number!);
    return `${sign(index, 'a')}${slash === '/' ? '' : ' '}${found}${opens ? '' : ' '}${sign(index, 'z')}`;
  });
  const filled = unit.fill(probe.join(' '));
  const sources = new Map<string, string>();
  if ('problem' in filled) return sources;
  for (const [index, [found]] of marks.entries()) {
    const start = filled.source.indexOf(sign(index, 'a')) + sign(index, 'a').length;
    const end = filled.source.indexOf(sign(index, 'z'), start);
    if (end >= start) sources.set(found, filled.source.slice(start, end).trim());
  }
  return sources;
}
