import { isDeepStrictEqual } from 'node:util';

/** One difference between two versions. */
export interface Change {
  /** Path: states[review].deadline.amount */
  path: string;
  change: 'added' | 'removed' | 'changed';
  before: unknown;
  after: unknown;
}

type Keyed = { id: string };

const isKeyed = (value: unknown): value is Keyed[] =>
  Array.isArray(value) &&
  value.every((one) => typeof one === 'object' && one !== null && typeof one.id === 'string');
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The differences of two values. Lists of objects with ids are compared by id; other lists as a
 * whole.
 */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ path, change: 'added', before: null, after }];
  if (after === undefined) return [{ path, change: 'removed', before, after: null }];
  if (isKeyed(before) && isKeyed(after) && before.length + after.length > 0) {
    return changesOfList(before, after, path);
  }
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      changesBetween(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ path, change: 'changed', before, after }];
}

function changesOfList(before: Keyed[], after: Keyed[], path: string): Change[] {
  const was = new Map(before.map((one) => [one.id, one]));
  const is = new Map(after.map((one) => [one.id, one]));
  const ids = [...new Set([...was.keys(), ...is.keys()])];
  const found = ids.flatMap((id) => changesBetween(was.get(id), is.get(id), `${path}[${id}]`));
  const kept = (list: Keyed[], other: Map<string, Keyed>) =>
    list.map(({ id }) => id).filter((id) => other.has(id));
  const [orderBefore, orderAfter] = [kept(before, is), kept(after, was)];
  if (!isDeepStrictEqual(orderBefore, orderAfter)) {
    found.push({ path, change: 'changed', before: orderBefore, after: orderAfter });
  }
  return found;
}
