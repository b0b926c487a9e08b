/** In the person's order; what the order does not name comes after it, as it comes from the API. */
export function inOrder<One extends { id: string }>(
  items: readonly One[],
  order: readonly string[],
): One[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: One): number => places.get(id) ?? Number.POSITIVE_INFINITY;
  return items
    .map((item, n) => ({ item, n, place: placeOf(item) }))
    .sort((a, b) => (a.place === b.place ? a.n - b.n : a.place - b.place))
    .map(({ item }) => item);
}

/**
 * Two cameras trade places; the others stay. What is no longer there leaves the order.
 *
 * @param items all cameras, not those of a page or a group alone.
 */
export function traded(
  items: readonly { id: string }[],
  order: readonly string[],
  a: string,
  b: string,
): string[] {
  const ids = inOrder(items, order).map(({ id }) => id);
  if (!ids.includes(a) || !ids.includes(b)) return ids;
  return ids.map((id) => (id === a ? b : id === b ? a : id));
}
