import type { Change } from './types.ts';

type Keyed = { id: string };
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isKeyed = (value: unknown): value is Keyed[] =>
  Array.isArray(value) && value.every((one) => isRecord(one) && typeof one.id === 'string');
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The differences, in the API's format: lists of objects with ids element by element. */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (same(before, after)) return [];
  if (before === undefined) return [{ path, change: 'added', before: null, after }];
  if (after === undefined) return [{ path, change: 'removed', before, after: null }];
  if (isKeyed(before) && isKeyed(after) && before.length + after.length > 0) {
    const was = new Map(before.map((one) => [one.id, one]));
    const is = new Map(after.map((one) => [one.id, one]));
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) =>
      changesBetween(was.get(id), is.get(id), `${path}[${id}]`),
    );
  }
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      changesBetween(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ path, change: 'changed', before, after }];
}
