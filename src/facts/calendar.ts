/** Languages whose months and weekdays are known besides English. */
const languages = ['de', 'fr', 'es', 'it', 'nl', 'pt'];

function namesOf(
  locale: string,
  count: number,
  options: Intl.DateTimeFormatOptions,
  date: (index: number) => Date,
): string[] {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  return Array.from({ length: count }, (_, index) => format.format(date(index)).toLowerCase());
}

const monthDate = (index: number) => new Date(Date.UTC(2024, index, 15));
/** The first day of 2024 was a Monday. */
const weekdayDate = (index: number) => new Date(Date.UTC(2024, 0, 1 + index));

const englishMonths = namesOf('en', 12, { month: 'long' }, monthDate);
const englishWeekdays = namesOf('en', 7, { weekday: 'long' }, weekdayDate);

/** Months by name in lower case, 1 to 12; English ones and their short forms. */
export const months = new Map(
  englishMonths.flatMap((name, index): [string, number][] => [
    [name, index + 1],
    [name.slice(0, 3), index + 1],
    ...(name === 'september' ? [['sept', 9] as [string, number]] : []),
  ]),
);

/** Months in other languages by name in lower case; they count only next to a day. */
export const foreignMonths = new Map(
  languages.flatMap((language) =>
    namesOf(language, 12, { month: 'long' }, monthDate).map((name, index): [string, number] => [
      name,
      index + 1,
    ]),
  ),
);

/** Weekdays by name in lower case, 1 for Monday; with the short forms that are no other words. */
export const weekdays = new Map<string, number>([
  ...['de', 'fr', 'es', 'nl'].flatMap((language) =>
    namesOf(language, 7, { weekday: 'long' }, weekdayDate).map((name, index): [string, number] => [
      name,
      index + 1,
    ]),
  ),
  ...englishWeekdays.map((name, index): [string, number] => [name, index + 1]),
  ...(
    [
      ['mon', 1],
      ['tue', 2],
      ['tues', 2],
      ['wed', 3],
      ['thu', 4],
      ['thur', 4],
      ['thurs', 4],
      ['fri', 5],
    ] as const
  ).map(([name, day]): [string, number] => [name, day]),
]);
