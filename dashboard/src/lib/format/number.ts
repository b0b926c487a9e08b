/** A share of 1 as per cent. */
export function percent(share: number, locale: string, digits = 0): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);
}

export function decimal(value: number, locale: string, digits = 1): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Bytes of a disk, as `12.3 GB`. */
export function gigabytes(bytes: number, locale: string): string {
  return `${decimal(bytes / 1e9, locale, bytes < 1e9 ? 2 : bytes < 1e11 ? 1 : 0)} GB`;
}
