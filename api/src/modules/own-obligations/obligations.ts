import type { Prisma } from '../../generated/prisma/client.ts';
import { readCalendar } from '../../platform/calendar/repository.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { beginOf, dayIn, plusDays, readInterval } from '../../platform/obligations/schedule.ts';
import type {
  Due,
  Every,
  NotOwed,
  ObligationProvider,
  Owed,
  Responsible,
} from '../../platform/obligations/types.ts';
import type { machineHours } from '../gates/machine-hours.ts';
import {
  beginDay,
  keyOf,
  type Occurrence,
  occurrenceReader,
  type ReadOccurrences,
  type Services,
} from './conditions.ts';
import { readSubjects, type Subject } from './subjects.ts';

export const OWN = 'own-obligation' as const;
/** Batch size of a refresh: obligations per transaction. */
export const MOST_AT_ONCE = 200;

export type OwnRow = Prisma.OwnObligationModel;
export type OwnRecord = Prisma.OwnObligationRecordModel;
export interface OwnParts {
  services: Services;
  hours: typeof machineHours;
  /** Of the installation, for a working calendar without a zone. */
  timeZone: string;
}
/** Hours are shown and compared to the minute. */
const rounded = (hours: number): number => Math.round(hours * 60) / 60;

/** What ended the last period: confirmed, where a second person is asked. */
export const ENDING = ['done', 'confirmed'];

/** The last time that each was done, by the id of the own obligation. */
export async function lastRecords(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OwnRecord>> {
  const records = await tx.ownObligationRecord.findMany({
    where: { ownId: { in: [...ids] }, state: { in: ENDING } },
    orderBy: [{ ownId: 'asc' }, { id: 'desc' }],
    distinct: ['tenantId', 'ownId'],
  });
  return new Map(records.map((one) => [one.ownId, one]));
}

/** Keys of the occurrences that completions settled, by the id of the own obligation. */
async function settledOf(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const records = await tx.ownObligationRecord.findMany({
    where: { ownId: { in: [...ids] }, state: { in: ENDING }, settled: { isEmpty: false } },
    select: { ownId: true, settled: true },
  });
  const settled = new Map<string, Set<string>>();
  for (const { ownId, settled: keys } of records) {
    settled.set(ownId, new Set([...(settled.get(ownId) ?? []), ...keys]));
  }
  return settled;
}

const zoneIn = async (tx: Transaction, { timeZone }: OwnParts): Promise<string> =>
  (await readCalendar(tx)).calendar.timeZone ?? timeZone;

/** The reading of an own obligation by running hours, at an instant. */
export async function readingAt(
  tx: Transaction,
  parts: OwnParts,
  row: OwnRow,
  to: Date,
): Promise<number> {
  const from = beginOf(dayText(row.startsOn), await zoneIn(tx, parts));
  const ran = to > from ? await parts.hours(tx, row.subjectId ?? '', { from, to }) : 0;
  return rounded((row.startHours ?? 0) + ran);
}

function everyOf(row: OwnRow): Every {
  const interval = readInterval(row.everyText);
  if (row.rule === null) return interval as Every;
  return { rule: row.rule, ...(interval ? { otherwise: interval } : {}) };
}

/** What is read once for all rows. */
interface Common {
  zone: string;
  occurrences: ReadOccurrences;
  settled: ReadonlyMap<string, ReadonlySet<string>>;
}

async function readCommon(
  tx: Transaction,
  parts: OwnParts,
  rows: readonly OwnRow[],
): Promise<Common> {
  const conditional = rows.filter(({ dueBy }) => dueBy === 'condition');
  return {
    zone: await zoneIn(tx, parts),
    occurrences: occurrenceReader(tx, parts.services, conditional),
    settled: await settledOf(
      tx,
      conditional.map(({ id }) => id),
    ),
  };
}

async function dueOf(
  tx: Transaction,
  parts: OwnParts,
  row: OwnRow,
  { last, common }: { last: OwnRecord | undefined; common: Common },
): Promise<Due> {
  const from = dayText(row.startsOn);
  const done = last ? { on: dayText(last.doneOn), evidence: last.id } : null;
  switch (row.dueBy) {
    case 'once':
      return { by: 'date', on: from, basis: row.id, done };
    case 'fixed':
      return { by: 'fixed', from, atFrom: true, every: everyOf(row), done };
    case 'done':
      return { by: 'done', from, every: everyOf(row), done };
    case 'condition':
      return dueWhile(row, last, common);
    default: {
      const now = new Date();
      return {
        by: 'meter',
        every: row.everyHours ?? 0,
        lead: row.leadHours,
        base: last?.hours ?? 0,
        reading: await readingAt(tx, parts, row, now),
        readOn: dayIn(now, common.zone),
        done,
      };
    }
  }
}

/** Occurrences that no completion settled and that still hold, earliest first, each with the day from which it counts. */
async function unsettled(
  row: OwnRow,
  { occurrences, settled, zone }: Common,
): Promise<{ one: Occurrence; day: string }[]> {
  const from = dayText(row.startsOn);
  return (await occurrences(row))
    .filter((one) => !settled.get(row.id)?.has(keyOf(one)))
    .map((one) => {
      const begun = beginDay(one, zone);
      return { one, day: begun < from ? from : begun };
    });
}

async function dueWhile(row: OwnRow, last: OwnRecord | undefined, common: Common): Promise<Due> {
  const [first] = await unsettled(row, common);
  const within = readInterval(row.everyText);
  return {
    by: 'condition',
    standing: true,
    since: first?.day ?? null,
    ...(first ? { basis: first.one.id } : {}),
    ...(within ? { within } : {}),
    done: last ? { on: dayText(last.doneOn), evidence: last.id } : null,
  };
}

const responsibleOf = ({ responsiblePerson, responsibleRole }: OwnRow): Responsible | null => {
  if (responsiblePerson !== null) return { person: responsiblePerson };
  return responsibleRole === null ? null : { role: responsibleRole };
};

/** A title with both languages: one that was left empty is as in the other. */
export function titleOf(title: unknown): Bilingual {
  const { zh, en } = title as { zh: string; en: string };
  return { zh: zh || en, en: en || zh };
}

async function owedBy(
  tx: Transaction,
  parts: OwnParts,
  row: OwnRow,
  about: { subject: Subject | undefined; last: OwnRecord | undefined; common: Common },
): Promise<Owed | NotOwed> {
  const { subject, last, common } = about;
  const source = row.id;
  if (row.endedAt !== null) return { source, closed: 'not-needed' };
  if (!subject) return { source, closed: 'gone' };
  // What was due once and is done stays done.
  const isOver = row.dueBy === 'once' && last !== undefined;
  if (subject.closed !== null && !isOver) return { source, closed: subject.closed };
  const { name, department, site } = subject;
  return {
    source,
    subject: row.subjectId ?? row.personId ?? 'plant',
    subjectKind: row.subjectKind,
    person: row.personId,
    responsible: responsibleOf(row),
    name,
    detail: titleOf(row.title),
    department,
    site,
    lead: { n: row.leadDays, unit: 'days' },
    grace: row.graceDays,
    due: await dueOf(tx, parts, row, { last, common }),
  };
}

/** The obligations that people added by hand. */
export const ownObligations = (parts: OwnParts): ObligationProvider => ({
  async read(tx, sources) {
    const rows = await tx.ownObligation.findMany({
      where: sources === null ? {} : { id: { in: [...sources] } },
    });
    const subjectOf = await readSubjects(tx, rows);
    const last = await lastRecords(
      tx,
      rows.map(({ id }) => id),
    );
    const common = await readCommon(tx, parts, rows);
    const owed: (Owed | NotOwed)[] = [];
    for (const row of rows) {
      const about = { subject: subjectOf(row), last: last.get(row.id), common };
      owed.push(await owedBy(tx, parts, row, about));
    }
    return owed;
  },

  async complete(unit, id, { user, on, note, files }) {
    const { tx } = unit;
    const row = await tx.ownObligation.findFirst({ where: { id } });
    if (!row) throw new Problem('own-obligation.unknown');
    if (row.needsFile && files.length === 0) {
      throw new Problem('own-obligation.file-needed', undefined, {
        errors: [fieldError('fileIds', '请附上照片或文件。', 'Attach a photo or a document.')],
      });
    }
    if (await tx.ownObligationRecord.findFirst({ where: { ownId: id, state: 'waits' } })) {
      throw new Problem('own-obligation.waits');
    }
    const hours = row.dueBy === 'meter' ? await hoursOn(tx, parts, row, on) : null;
    const settled = row.dueBy === 'condition' ? await settledBy(tx, parts, row, on) : [];
    const state = row.needsSecond || row.secondUntilDone ? 'waits' : 'done';
    const at = new Date();
    const record = newId();
    const { tenant: tenantId, account } = user;
    await tx.ownObligationRecord.create({
      data: {
        tenantId,
        id: record,
        ownId: id,
        doneOn: dayDate(on),
        note,
        hours,
        settled,
        byUser: account.id,
        at,
        state,
      },
    });
    await unit.audit({
      action: 'record-own-obligation',
      entity: OWN,
      id,
      person: row.personId,
      after: { record, on, note, files, ...(hours === null ? {} : { hours }) },
    });
    return state === 'waits' ? 'waits' : undefined;
  },
});

/**
 * Keys of the occurrences that a completion on a day settles: those that had begun by then.
 *
 * @throws Problem `own-obligation.invalid` where there is none.
 */
async function settledBy(
  tx: Transaction,
  parts: OwnParts,
  row: OwnRow,
  on: string,
): Promise<string[]> {
  const waiting = await unsettled(row, await readCommon(tx, parts, [row]));
  const begun = waiting.filter(({ day }) => day <= on);
  if (begun.length > 0) return begun.map(({ one }) => keyOf(one));
  throw new Problem('own-obligation.invalid', undefined, {
    errors: [
      fieldError(
        'on',
        '这一天条件尚未成立，没有需要完成的事项。',
        'The condition did not hold on this day: there is nothing to be done.',
      ),
    ],
  });
}

/** The running hours at the end of a day, or now. */
async function hoursOn(
  tx: Transaction,
  parts: OwnParts,
  row: OwnRow,
  day: string,
): Promise<number> {
  const end = beginOf(plusDays(day, 1), await zoneIn(tx, parts));
  const now = new Date();
  const hours = await readingAt(tx, parts, row, end < now ? end : now);
  const last = (await lastRecords(tx, [row.id])).get(row.id);
  if (hours > (last?.hours ?? 0)) return hours;
  throw new Problem('own-obligation.invalid', undefined, {
    errors: [
      fieldError(
        'on',
        '自上次完成以来，这台设备没有运行时间。',
        'The machine did not run since the last time.',
      ),
    ],
  });
}
