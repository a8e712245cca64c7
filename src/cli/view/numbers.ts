const locale = 'en';

const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const decimals = new Map<number, Intl.NumberFormat>();

/** A number with grouped thousands and `digits` decimal places. */
export function decimal(value: number, digits: number): string {
  let format = decimals.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    decimals.set(digits, format);
  }
  return format.format(value);
}

export function whole(value: number): string {
  return grouped.format(value);
}

/** The ratio of two numbers, with fewer digits for a large ratio. */
export function times(value: number, of: number): string {
  const ratio = value / of;
  return decimal(ratio, ratio < 10 ? 1 : 0);
}
