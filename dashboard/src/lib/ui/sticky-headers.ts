/**
 * The header that stands over an item of a list.
 *
 * @param headers the places of the headers, ascending.
 * @param index the place of the item, which may be a header itself.
 * @returns null where there is none above it.
 */
export const headerOver = (headers: readonly number[], index: number): number | null =>
  headers.findLast((one) => one <= index) ?? null;

/**
 * How far the next header has pushed the one at the top out of sight, px.
 *
 * @param header.size its height, px.
 * @param next where the next header begins; left out where none is near.
 * @param scrolled as far as the list is scrolled.
 */
export const pushedUp = (
  header: { readonly size: number },
  next: number | undefined,
  scrolled: number,
): number => Math.min(header.size, Math.max(0, scrolled + header.size - (next ?? Infinity)));
