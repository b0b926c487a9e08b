/** A place within the plan, to the centimetre. */
export function moved(
  size: readonly number[],
  [x, y]: readonly [number, number],
): [x: number, y: number] {
  const within = (value: number, most = 0) =>
    Math.round(Math.min(most, Math.max(0, value)) * 100) / 100;
  return [within(x, size[0]), within(y, size[1])];
}
