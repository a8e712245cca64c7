import { mark } from '../marks.ts';
import type { Check } from './check.ts';

/** Marks of inline markup that are missing, doubled or new. */
export const marks: Check = ({ text, draft }) => {
  const wanted: string[] = draft.match(mark) ?? [];
  const found: string[] = text.match(mark) ?? [];
  const problems = [
    ...wanted.filter((each) => !found.includes(each)).map((each) => `${each} is missing`),
    ...found.filter((each) => !wanted.includes(each)).map((each) => `${each} is new`),
    ...wanted
      .filter((each) => countOf(found, each) > countOf(wanted, each))
      .map((each) => `${each} is doubled`),
  ];
  const [problem] = problems;
  if (problem === undefined) return undefined;
  return { reason: 'marks', text: `The markup did not stay whole: the mark ${problem}.` };
};

function countOf(list: readonly string[], item: string): number {
  return list.filter((each) => each === item).length;
}
