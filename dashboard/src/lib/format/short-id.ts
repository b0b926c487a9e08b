/**
 * The distinctive part of a long id for a small label: `WAZ0KDZM-35` -> `35`,
 * `A00000000000000000001234` -> `1234`.
 */
export function shortId(id: string): string {
  const last = id.split('-').at(-1) ?? id;
  return last.length > 0 && last.length <= 6 ? last : id.slice(-4);
}
