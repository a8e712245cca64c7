/** Units with a factor: each line has the unit's key, its factor and its names. */
const scaled = [
  ['min', 1 / 60, 's sec secs second seconds sekunde sekunden'],
  ['min', 1, 'min mins minute minutes minuten'],
  ['min', 60, 'h hr hrs hour hours stunde stunden'],
  ['min', 1440, 'day days tag tage tagen'],
  ['min', 10_080, 'week weeks woche wochen'],
  ['min', 20_160, 'fortnight fortnights'],
  ['month', 1, 'month months monat monate monaten'],
  ['month', 12, 'year years jahr jahre jahren yr yrs'],
  ['month', 120, 'decade decades'],
] as const;

/** Units by name; the first name is the key. */
const plain = [
  'ms millisecond milliseconds',
  'km kilometre kilometres kilometer kilometers kilometern',
  'm metre metres meter meters metern',
  'cm centimetre centimetres centimeter centimeters',
  'mm millimetre millimetres millimeter millimeters',
  'mi mile miles',
  'ft foot feet',
  'inch inches',
  'kg kilogram kilograms kilo kilos kilogramm',
  'g gram grams gramm',
  'mg milligram milligrams',
  't tonne tonnes ton tons tonnen',
  'lb lbs',
  'l litre litres liter liters',
  'ml millilitre millilitres milliliter milliliters',
  'kb kilobyte kilobytes',
  'mb megabyte megabytes',
  'gb gigabyte gigabytes',
  'tb terabyte terabytes',
  'kib',
  'mib',
  'gib',
  'tib',
  'byte bytes',
  'bit bits',
  'mbit megabit megabits',
  'gbit gigabit gigabits',
  'hz hertz',
  'khz kilohertz',
  'mhz megahertz',
  'ghz gigahertz',
  'w watt watts',
  'kw kilowatt kilowatts',
  'mw megawatt megawatts',
  'kwh',
  'v volt volts',
  'px pixel pixels',
  'km/h kph',
  'mph',
  '°c degrees celsius',
  '°f',
  '°',
  '% percent per\u2060cent prozent pct',
  'pp percentage\u2060points percentage\u2060point',
  '‰',
].map((line) => line.split(' ').map((name) => name.replace('\u2060', ' ')));

const currencies = [
  'EUR € euro euros',
  'USD $ us$ dollar dollars',
  'GBP £ pound pounds',
  'JPY ¥ yen',
  'CHF francs franken',
  'INR ₹ rupee rupees',
  'SEK kronor',
  'PLN zloty',
  'CNY yuan',
  'CAD',
  'AUD',
].map((line) => line.split(' '));

export interface Unit {
  /** Equal for units that can be compared. */
  readonly key: string;
  /** What the number is multiplied by. */
  readonly factor: number;
  readonly currency: boolean;
}

function unit(key: string, factor: number, currency = false): Unit {
  return { key, factor, currency };
}

const byName: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...scaled.flatMap(([key, factor, names]) =>
    names.split(' ').map((name): [string, Unit] => [name, unit(key, factor)]),
  ),
  ...plain.flatMap((names) => names.map((name): [string, Unit] => [name, unit(names[0]!, 1)])),
  ...currencies.flatMap((names) =>
    names.map((name): [string, Unit] => [name.toLowerCase(), unit(names[0]!, 1, true)]),
  ),
]);

/** The unit or currency of a name or sign. */
export function unitOf(name: string): Unit | undefined {
  return byName.get(name.toLowerCase().replace(/\s+/gu, ' '));
}

const escape = (name: string) => name.replace(/[$.*+?^()[\]{}|\\/]/gu, String.raw`\$&`);
const longestFirst = (a: string, b: string) => b.length - a.length;

/** Names of units in full. */
export const unitWords = [...byName.keys()].filter((name) => /^[a-z]{5,}$/u.test(name));

/** Names and signs that may follow a number. */
export const unitPattern = [...byName.keys()].sort(longestFirst).map(escape).join('|');

/** Signs and codes that may precede an amount. */
export const currencyPattern = currencies
  .flatMap(([code, ...names]) => [code!, ...names.filter((name) => !/^[a-z]+$/u.test(name))])
  .sort(longestFirst)
  .map(escape)
  .join('|');
