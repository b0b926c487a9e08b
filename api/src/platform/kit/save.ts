import { Prisma } from '../../generated/prisma/client.ts';
import type { AuditEntity } from '../audit/words.ts';
import { sqlIn } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem, type ProblemCode } from '../http/errors.ts';

type Fields = Record<string, unknown>;

/** Definition of a change of one record. */
export interface Save<Row extends { version: number }, Shown extends object> {
  /** The entity, for the audit log and the event. */
  entity: AuditEntity;
  id: string;
  /** The person concerned, for the audit log. */
  person?: string | null;
  /** The version that the change is based on. */
  version: number;
  /** The problem of a concurrent change: `….version-conflict`. */
  conflict: ProblemCode;
  /** Reads the row. @throws Problem where there is none within reach. */
  find(): Promise<Row>;
  /**
   * Writes where the row still has the version, and increments it:
   * `updateMany({ where: { id, version }, data: { …, version: next } })`.
   */
  write(next: number): Promise<{ count: number }>;
  /** The row as returned; also `current` of a conflict. */
  show(row: Row): Shown | Promise<Shown>;
  /** The logged fields of a row; usually those shown, without version and times. */
  log?(row: Row): Fields;
  /** Fields logged even if they look unchanged, such as masked ones. */
  touched?: readonly string[];
  /** The past-tense verb of the event, which is emitted with `{ [entity]: id, fields }`. */
  event?: string;
}

/**
 * Changes a record with optimistic locking by its version. The audit log gets the changed fields,
 * before and after.
 *
 * @returns the current record.
 * @throws Problem `….version-conflict` where it has another version by now, with the current record
 *   in `current` and its last change in `changed`. Nothing is changed then.
 */
export async function saveAtVersion<Row extends { version: number }, Shown extends object>(
  unit: Unit,
  save: Save<Row, Shown>,
): Promise<Shown> {
  const { entity, id, version, conflict, person } = save;
  const row = await save.find();
  const shownBefore = await save.show(row);
  const tooLate = async (current: Shown) =>
    versionConflict(conflict, current, await lastChange(unit, entity, id));
  if (row.version !== version) throw await tooLate(shownBefore);
  const { count } = await save.write(version + 1);
  const now = await save.find();
  const shown = await save.show(now);
  // A concurrent change committed between read and write.
  if (count === 0) throw await tooLate(shown);
  const changed = save.log
    ? changedFields(save.log(row), save.log(now), save.touched)
    : changedFields(withoutMarks(shownBefore), withoutMarks(shown), save.touched);
  const { before, after, fields } = changed;
  await unit.audit({ action: 'update', entity, id, person: person ?? null, before, after });
  if (save.event !== undefined) {
    const data: Prisma.InputJsonObject = { [entity]: id, fields };
    await unit.emit({ entity, what: save.event, subject: id, data });
  }
  return shown;
}

/**
 * Notes a new record in the audit log, and tells others of it by an event.
 *
 * @param made.after what the log says of it.
 * @param made.event the past-tense verb and the data of the event: ids, nothing personal.
 */
export async function noteCreated(
  unit: Unit,
  made: {
    entity: AuditEntity;
    id: string;
    after: Fields;
    event?: readonly [what: string, data: Prisma.InputJsonObject];
  },
): Promise<void> {
  const { entity, id, after, event } = made;
  await unit.audit({ action: 'create', entity, id, after });
  if (event) await unit.emit({ entity, what: event[0], subject: id, data: event[1] });
}

/**
 * Refuses a change of a record that has another version by now.
 *
 * @param current null for a record that does not exist yet: its version is 0.
 * @param shown the record as returned.
 * @throws Problem with the record in `current`.
 */
export function requireVersion(
  code: ProblemCode,
  current: { version: number } | null | undefined,
  version: number,
  shown: object | null = current ?? null,
): void {
  if ((current?.version ?? 0) !== version) throw versionConflict(code, shown);
}

/** Who changed a record, and when. */
export interface LastChange {
  by: { zh: string; en: string } | null;
  at: string;
}

/** The response to a conflict: the current record, in `current`. */
export const versionConflict = (
  code: ProblemCode,
  current: object | null,
  changed?: LastChange | null,
): Problem => new Problem(code, undefined, { current, ...(changed ? { changed } : {}) });

/** Views are logged, too; they are not changes. */
const READS = ['view', 'search', 'query', 'export', 'download', 'reveal'];

/** The last change of a record by the audit log; null without one. */
async function lastChange({ tx }: Unit, entity: string, id: string): Promise<LastChange | null> {
  const [row] = await sqlIn(tx)<{ at: Date; by: LastChange['by'] }>(Prisma.sql`
    SELECT l.at, u.display_name AS by FROM audit_log l
    LEFT JOIN app_user u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
    WHERE l.entity = ${entity} AND l.entity_id = ${id} AND NOT l.action = ANY(${READS})
    ORDER BY l.seq DESC LIMIT 1`);
  return row ? { by: row.by, at: row.at.toISOString() } : null;
}

/**
 * The fields in which two states of a record differ, for the audit log.
 *
 * @param touched fields that count as changed even if they are equal.
 */
export function changedFields(
  before: Fields,
  after: Fields,
  touched: readonly string[] = [],
): { before: Fields; after: Fields; fields: string[] } {
  const same = (field: string) => JSON.stringify(before[field]) === JSON.stringify(after[field]);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => touched.includes(field) || !same(field),
  );
  return { before: pick(before, fields), after: pick(after, fields), fields };
}

/** Changed by every save; the log line has its own time. */
const MARKS = new Set(['version', 'updatedAt']);
const withoutMarks = (shown: object): Fields =>
  Object.fromEntries(Object.entries(shown).filter(([field]) => !MARKS.has(field)));

/** Some fields of a row, such as those that the log says. */
export const pick = <Row extends object, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
): Pick<Row, Name> => Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;

/** The fields present in a request: of a PATCH, missing ones stay. */
export const givenOnly = <Given extends object>(fields: Given): GivenOnly<Given> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as GivenOnly<Given>;
type GivenOnly<Given> = { [Field in keyof Given]?: Exclude<Given[Field], undefined> };
