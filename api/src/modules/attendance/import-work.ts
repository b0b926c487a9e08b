import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Fault, ImportWork, RowFault, Values } from '../../platform/imports/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import { remainingOf } from '../people/merged.ts';
import { type PlacedPunch, placePunches, readDirection, readTimes } from './punches.ts';
import { holdAttendance, renewDays } from './record.ts';
import { readSiteSettings } from './settings.ts';

/** As long as attendance is kept, ms. */
const KEPT_MS = 731 * 86_400_000;
/** Tolerance for the clock of a machine that is ahead, ms. */
const AHEAD_MS = 5 * 60_000;

interface Found {
  id: string;
  name: string;
  site: string;
}
type Column = { column: string | null } & Fault;

/** Importing lists of attendance machines. */
export function createClockImport({ timeZone }: { timeZone: string }): ImportWork {
  async function readPeople(
    tx: Transaction,
    account: Account,
    numbers: readonly string[],
  ): Promise<ReadonlyMap<string, Found>> {
    const reach = reachOf(account, 'attendance:manage');
    const file = { id: true, department: { select: { id: true, site: true } } } as const;
    const rows = await tx.person.findMany({
      where: { employeeNo: { in: [...numbers] } },
      select: { ...file, name: true, employeeNo: true, mergedInto: true },
    });
    const first = (await tx.site.findFirst({ orderBy: { id: 'asc' } }))?.id ?? '';
    const people = new Map<string, Found>();
    for (const { name, employeeNo, mergedInto, ...own } of rows) {
      // The number of a file that was joined is that of the person whose file remains.
      const { id, department } =
        mergedInto === null
          ? own
          : await tx.person.findFirstOrThrow({
              where: { id: await remainingOf(tx, own.id) },
              select: file,
            });
      const within = { department: department.id, site: department.site };
      if (!isWithin(account, reach, within)) continue;
      people.set(employeeNo, { id, name, site: department.site ?? first });
    }
    return people;
  }

  /** The punches of a row, or what is wrong with it. */
  function read(values: Values, person: Found | undefined, zone: (site: string) => string) {
    const faults: Column[] = [];
    const add = (column: string | null, code: string) => faults.push({ column, code });
    const times = readTimes(values.time ?? '');
    if (!person) add('employeeNo', 'person');
    // A wrong number would give the time to another person.
    else if (values.name && plain(values.name) !== plain(person.name)) add('name', 'name-differs');
    if ('code' in times) faults.push({ column: 'time', ...times });
    if (!person || 'code' in times) return { faults, punches: [] };
    const direction = values.direction ? readDirection(values.direction) : null;
    if (times.length > 1 && direction !== null) add('direction', 'direction-many');
    const placed = placePunches(times, {
      day: values.day ?? null,
      direction,
      zone: zone(person.site),
    });
    if (!placed) add('day', 'no-day');
    const [now, punches] = [Date.now(), placed ?? []];
    if (punches.some(({ at }) => at.getTime() > now + AHEAD_MS)) add('time', 'clock-ahead');
    if (punches.some(({ at }) => at.getTime() < now - KEPT_MS)) add('time', 'clock-old');
    return { faults, punches };
  }

  const zoneIn = async (tx: Transaction) => {
    const settingOf = await readSiteSettings(tx, timeZone);
    return (site: string) => settingOf(site).zone;
  };

  return {
    async check({ tx }, user, rows) {
      const numbers = rows.flatMap(({ values }) => values.employeeNo ?? []);
      const people = await readPeople(tx, user.account, numbers);
      const zone = await zoneIn(tx);
      const faults: RowFault[] = [];
      for (const { row, values } of rows) {
        const person = people.get(values.employeeNo ?? '');
        const { faults: own, punches } = read(values, person, zone);
        faults.push(...own.map((fault) => ({ row, ...fault })));
        if (own.length > 0 || !person) continue;
        const known = await tx.clockEvent.count({ where: knownAs(person, punches) });
        if (known >= punches.length) faults.push({ row, column: null, code: 'clock-known' });
      }
      return faults;
    },

    async save(unit, user, { values }) {
      const { tx } = unit;
      const person = (await readPeople(tx, user.account, [values.employeeNo ?? ''])).get(
        values.employeeNo ?? '',
      );
      if (!person) throw new Problem('person.unknown');
      const { faults, punches } = read(values, person, await zoneIn(tx));
      if (faults.length > 0) throw new Problem('attendance.when');
      await holdAttendance(tx, [person.id]);
      const known = await tx.clockEvent.findMany({
        where: knownAs(person, punches),
        select: { at: true },
      });
      const there = new Set(known.map(({ at }) => at.getTime()));
      const added = punches.filter(({ at }) => !there.has(at.getTime()));
      if (added.length === 0) throw new Problem('attendance.known');
      const group = newId();
      await tx.clockEvent.createMany({
        data: added.map(({ at, direction }, n) => ({
          tenantId: user.tenant,
          id: n === 0 ? group : newId(),
          personId: person.id,
          site: person.site,
          direction,
          source: 'import',
          at,
          device: values.device ?? null,
          groupId: group,
          createdBy: user.account.id,
        })),
        skipDuplicates: true,
      });
      const instants = added.map(({ at }) => at);
      await renewDays(tx, user.tenant, timeZone, person.id, instants);
      await unit.audit({
        action: 'create',
        entity: 'clock-event',
        id: group,
        person: person.id,
        after: { source: 'import', times: instants.map((at) => at.toISOString()) },
      });
      return { id: group, version: 1 };
    },

    /** Takes all times of the row back. */
    async undo(unit, user: User, { id }) {
      const { tx } = unit;
      const events = await tx.clockEvent.findMany({
        where: { groupId: id, source: 'import' },
        select: { personId: true, at: true },
      });
      const person = events[0]?.personId;
      if (person === undefined) return 'gone';
      const row = await tx.person.findFirst({
        where: { id: person },
        select: { department: { select: { id: true, site: true } } },
      });
      const reach = reachOf(user.account, 'attendance:manage');
      const department = row?.department ?? null;
      const within = { department: department?.id ?? null, site: department?.site ?? null };
      if (!isWithin(user.account, reach, within)) return 'out-of-reach';
      await holdAttendance(tx, [person]);
      await tx.clockEvent.deleteMany({ where: { groupId: id, source: 'import' } });
      await renewDays(
        tx,
        user.tenant,
        timeZone,
        person,
        events.map(({ at }) => at),
      );
      await unit.audit({ action: 'delete', entity: 'clock-event', id, person });
      return null;
    },
  };
}

const plain = (name: string): string => name.replace(/\s+/g, '').toLowerCase();
const knownAs = ({ id }: Found, punches: readonly PlacedPunch[]) => ({
  personId: id,
  source: 'import',
  at: { in: punches.map(({ at }) => at) },
});
