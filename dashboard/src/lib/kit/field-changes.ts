export interface FieldChange {
  name: string;
  before: unknown;
  after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const depthMost = 4;

/** A line that contains its own differences, as that of a workflow. */
const isChangeList = (
  value: unknown,
): value is { path: string; before: unknown; after: unknown }[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => isRecord(one) && typeof one.path === 'string' && 'after' in one);

/**
 * The changes of a log line, field by field: `states[review].deadline.amount` 2 → 3. List elements
 * are matched by id; unchanged values are left out.
 */
export function fieldChanges(before: unknown, after: unknown, name = '', depth = 0): FieldChange[] {
  if (same(before ?? null, after ?? null)) return [];
  if (isChangeList(after)) {
    return after.map((one) => ({ name: one.path, before: one.before, after: one.after }));
  }
  const [was, is] = [keyed(before), keyed(after)];
  const deeper =
    depth < depthMost &&
    (was ?? is) !== null &&
    (before == null || was !== null) &&
    (after == null || is !== null);
  if (!deeper || (depth > 0 && (before == null || after == null))) return [{ name, before, after }];
  const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  const list = Array.isArray(before ?? after);
  return keys.flatMap((key) =>
    fieldChanges(
      was?.[key],
      is?.[key],
      list ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`,
      depth + 1,
    ),
  );
}

/** A record; a list of objects with ids as a record by id; null for anything else. */
function keyed(value: unknown): Record<string, unknown> | null {
  if (isRecord(value)) return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  if (!value.every((one) => isRecord(one) && typeof one.id === 'string')) return null;
  return Object.fromEntries(value.map((one) => [one.id, one]));
}

export function fieldText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
    return value.length === 0 ? '—' : value.join(', ');
  }
  return JSON.stringify(value);
}
