import type { KnownCamera } from './stored.ts';

/** One difference between two versions. */
export interface ConfigChange {
  /** Such as `zones[press-area].polygon`: elements of lists by their ids. */
  path: string;
  /** Null where it was not there. */
  before: unknown;
  /** Null where it is not there any more. */
  after: unknown;
}

/** Deeper than this, the whole value is shown. */
const DEEPEST = 4;

/**
 * The differences between two versions of a camera, field by field. Of an address it only says that it
 * is another one.
 */
export function configChanges(
  before: { config: KnownCamera; addressId: string } | null,
  after: { config: KnownCamera; addressId: string },
): ConfigChange[] {
  if (!before) return [];
  const changes = differ(before.config, after.config, '', 0);
  if (before.addressId !== after.addressId) {
    changes.push({ path: 'address', before: '***', after: '***' });
  }
  return changes;
}

function differ(before: unknown, after: unknown, path: string, depth: number): ConfigChange[] {
  const [was, is] = [keyed(before), keyed(after)];
  if (depth >= DEEPEST || !was || !is) {
    const same = JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
    return same ? [] : [{ path, before: before ?? null, after: after ?? null }];
  }
  const isList = Array.isArray(before) || Array.isArray(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const next = isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return differ(was.get(key), is.get(key), next, depth + 1);
  });
}

/** A record by its keys, a list of things with ids by these; null for anything else. */
function keyed(value: unknown): Map<string, unknown> | null {
  if (value === null || typeof value !== 'object') return null;
  if (!Array.isArray(value)) {
    return new Map(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  const ids = value.map((one) => (one as { id?: unknown } | null)?.id);
  if (!ids.every((id) => typeof id === 'string')) return null;
  return new Map(value.map((one) => [(one as { id: string }).id, one]));
}
