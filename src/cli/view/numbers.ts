const locale = 'en';

const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const decimals = new Map<number, Intl.NumberFormat>();

/** A number as people read it: thousands grouped, `digits` places after the point. */
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

/** How many times one number is another. */
export function times(value: number, of: number): string {
  const ratio = value / of;
  return decimal(ratio, ratio < 10 ? 1 : 0);
}
