/** Filters that are never kept, by their names in addresses: a search of the moment, and those that name one person or record. */
const NOT_KEPT: ReadonlySet<string> = new Set(['q', 'person', 'subject']);

const written = (query: URLSearchParams): string => (query.size === 0 ? '' : `?${query}`);

/** The part of filters that may be kept, as in an address. */
export const keepable = (search: string): string =>
  written(
    new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => !NOT_KEPT.has(name))),
  );

/**
 * Kept filters after a change on the page: what the change set, took away or left as it was kept. All are as in an address.
 *
 * @param kept the filters kept so far.
 * @param before the filters of the page before the change, also those of a link.
 * @param after those after it.
 */
export function changedFilters(kept: string, before: string, after: string): string {
  const query = new URLSearchParams(kept);
  const [had, has] = [new URLSearchParams(before), new URLSearchParams(after)];
  for (const name of new Set([...had.keys(), ...has.keys()])) {
    const value = has.get(name);
    if (value === had.get(name)) continue;
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  return keepable(written(query));
}
