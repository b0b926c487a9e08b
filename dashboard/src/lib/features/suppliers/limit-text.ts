/** What a result is held against: `≥ 800 MPa`, `≤ 0.3 %`, `6 – 8 pH`. */
export function limitText(
  { lower, upper }: { lower: number | null; upper: number | null },
  unit: string,
): string {
  const range =
    lower === null ? `≤ ${upper}` : upper === null ? `≥ ${lower}` : `${lower} – ${upper}`;
  return unit === '' ? range : `${range} ${unit}`;
}
