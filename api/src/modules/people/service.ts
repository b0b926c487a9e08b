import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { givenOnly, saveAtVersion, versionConflict } from '../../platform/kit/save.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { kindColumns } from './kinds.ts';
import { remainingOf } from './merged.ts';
import { createMoves } from './moves.ts';
import type { PostGiven } from './posts.ts';
import * as rows from './repository.ts';
import type { NewPerson, Person, PersonChange, PersonQuery } from './schema.ts';
import { createSensitive, type SensitiveField } from './sensitive.ts';
import { showPeople } from './view.ts';

type User = Caller & { account: Account };
export type PeopleService = ReturnType<typeof createPeopleService>;

/** Whose record it is, for the reach of a permission. */
export const belongingOf = (row: rows.PersonRow) => ({
  person: row.id,
  department: row.departmentId,
  site: row.department.site,
});

/** Reads one within the permission's reach; others are unknown. */
export async function personWithin(
  tx: Transaction,
  account: Account,
  permission: Permission,
  id: string,
): Promise<rows.PersonRow> {
  const row = await rows.findPerson(tx, id);
  if (!row || !isWithin(account, reachOf(account, permission), belongingOf(row))) {
    throw new Problem('person.unknown');
  }
  return row;
}

/** The registry of people: identity, department, employment. */
export function createPeopleService(options: {
  units: Units;
  sealed: Sealed;
  /** Has the badges of one who leaves stay due. */
  oweBadges: Parameters<typeof createMoves>[1];
}) {
  const { units } = options;
  const sensitive = createSensitive(options.sealed);

  async function show(unit: Unit, row: rows.PersonRow): Promise<Person> {
    const [shown] = await showPeople(unit.tx, unit.caller.tenant, sensitive, [row]);
    if (!shown) throw new Problem('person.unknown');
    return shown;
  }
  async function reread(unit: Unit, id: string): Promise<Person> {
    const row = await rows.findPerson(unit.tx, id);
    if (!row) throw new Problem('person.unknown');
    return show(unit, row);
  }
  /** A department that the account may assign people to. */
  async function departmentFor(unit: Unit, account: Account, id: string): Promise<void> {
    const found = await unit.tx.department.findFirst({ where: { id, active: true } });
    const reach = reachOf(account, 'person:manage');
    if (!found || !isWithin(account, reach, { department: id, site: found.site })) {
      throw new Problem('department.unknown');
    }
  }
  const conflict = async (unit: Unit, id: string) =>
    versionConflict('person.version-conflict', await reread(unit, id));
  const moves = createMoves(conflict, options.oweBadges);
  const managed = (unit: Unit, account: Account, id: string) =>
    personWithin(unit.tx, account, 'person:manage', id);

  async function addWithin(unit: Unit, user: User, given: NewPerson): Promise<string> {
    await departmentFor(unit, user.account, given.departmentId);
    const { nationalId, phone, ...file } = given;
    const secrets = givenOnly({ nationalId, phone });
    const id = await moves.join(unit, file, secrets);
    await sensitive.write(unit.tx, user.tenant, id, secrets);
    return id;
  }

  /**
   * Removes a person who was entered by mistake: of this version, and whom no record of any module
   * refers to. @returns why they stay, or null.
   */
  async function removeUnchanged(
    unit: Unit,
    user: User,
    { id, version }: { id: string; version: number },
  ): Promise<'changed' | 'gone' | 'in-use' | 'out-of-reach' | null> {
    const { tx } = unit;
    const row = await rows.findPerson(tx, id);
    if (!row) return 'gone';
    const reach = reachOf(user.account, 'person:manage');
    if (!isWithin(user.account, reach, belongingOf(row))) return 'out-of-reach';
    if (row.version !== version || row.status !== 'active') return 'changed';
    if (await rows.isReferredTo(tx, id, user.account)) return 'in-use';
    await sensitive.erase(tx, id);
    await tx.person.deleteMany({ where: { id, version } });
    const before = { employeeNo: row.employeeNo, departmentId: row.departmentId };
    await unit.audit({ action: 'delete', entity: 'person', id, person: id, before });
    const data = { person: id, employeeNo: row.employeeNo };
    await unit.emit({ entity: 'person', what: 'removed', subject: id, data });
    return null;
  }

  /** Corrects a file. Its department and post are changed by a move. */
  async function updateWithin(
    unit: Unit,
    user: User,
    id: string,
    given: PersonChange,
  ): Promise<Person> {
    const row = await managed(unit, user.account, id);
    const { version, nationalId, phone, hiredOn, ...rest } = given;
    const { kind, company, supplierId, hostId, validUntil, ...fields } = rest;
    const terms = { kind, company, supplierId, hostId, validUntil };
    const ofKind = await kindColumns(unit.tx, terms, row);
    if (fields.employeeNo !== undefined) await moves.refuseNumber(unit, fields.employeeNo, id);
    return saveAtVersion(unit, {
      entity: 'person',
      id,
      person: id,
      version,
      conflict: 'person.version-conflict',
      find: () => managed(unit, user.account, id),
      async write() {
        const data = {
          ...givenOnly(fields),
          ...ofKind,
          ...(hiredOn === undefined ? {} : { hiredOn: hiredOn ? new Date(hiredOn) : null }),
        };
        const done = await rows.changeAtVersion(unit.tx, id, version, data);
        if (done) {
          await sensitive.write(unit.tx, user.tenant, id, givenOnly({ nationalId, phone }));
        }
        return { count: done ? 1 : 0 };
      },
      show: (now) => show(unit, now),
      // Masked values may be equal before and after.
      touched: Object.keys(given).filter((name) => name !== 'version'),
      event: 'changed',
    });
  }

  /** To another post, which ends the rights of the old one. */
  async function transferWithin(
    unit: Unit,
    user: User,
    id: string,
    to: PostGiven & { departmentId: string; version?: number | undefined },
  ): Promise<Person> {
    const row = await managed(unit, user.account, id);
    await departmentFor(unit, user.account, to.departmentId);
    await moves.transfer(unit, row, to, to.version);
    return reread(unit, id);
  }

  return {
    /** Joining, moving and leaving, for modules that checked the right themselves. */
    moves,

    /** The refusal of a change that is based on another version. */
    conflict,

    /** A person as it is shown; the caller checks the right. */
    showWithin: reread,

    /** @throws Problem `department.unknown` where the account may not assign people to it. */
    departmentWithin: departmentFor,

    list(user: User, query: PersonQuery): Promise<{ items: Person[]; next: string | null }> {
      return units.run(user, async (unit) => {
        const reach = reachOf(user.account, 'person:read');
        const after = rows.byEmployeeNo.after(query.cursor);
        const found = await rows.findPage(unit.tx, reach, query, after);
        const page = rows.byEmployeeNo.page(found, query.limit);
        const items = await showPeople(unit.tx, user.tenant, sensitive, page.rows);
        return { items, next: page.next };
      });
    },

    get(user: User, id: string): Promise<Person> {
      return units.run(user, async (unit) => {
        const row = await personWithin(unit.tx, user.account, 'person:read', id);
        await unit.audit({ action: 'view', entity: 'person', id, person: id });
        return show(unit, row);
      });
    },

    /** Finds by the whole sensitive value. The query is logged, the value is not. */
    search(user: User, field: SensitiveField, value: string): Promise<{ items: Person[] }> {
      return units.run(user, async (unit) => {
        const known = await sensitive.find(unit.tx, user.tenant, field, value);
        const ids = await Promise.all(known.map((id) => remainingOf(unit.tx, id)));
        const reach = reachOf(user.account, 'person:read');
        const found = await rows.findPeople(unit.tx, ids, reach);
        const after = { by: field, found: found.length };
        await unit.audit({ action: 'search', entity: 'person', after });
        return { items: await showPeople(unit.tx, user.tenant, sensitive, found) };
      });
    },

    create: (user: User, given: NewPerson): Promise<Person> =>
      units.run(user, async (unit) => reread(unit, await addWithin(unit, user, given))),

    /** The same within a unit of work. @returns the id; a new person has version 1. */
    addWithin,

    /** The same as `update` and `transfer` within a unit of work. */
    updateWithin,
    transferWithin,

    removeUnchanged,

    update: (user: User, id: string, given: PersonChange): Promise<Person> =>
      units.run(user, (unit) => updateWithin(unit, user, id, given)),

    /** The plaintext, with a reason for the audit log. */
    reveal(user: User, id: string, field: SensitiveField, reason: string) {
      return units.run(user, async (unit) => {
        await personWithin(unit.tx, user.account, 'person:reveal', id);
        const value = await sensitive.reveal(unit.tx, user.tenant, id, field);
        await unit.audit({
          action: 'reveal',
          entity: 'person',
          id,
          person: id,
          after: { field },
          reason,
        });
        return { field, value };
      });
    },

    /** Moves a person to another post, and ends the rights of the old one. */
    transfer: (
      user: User,
      id: string,
      to: PostGiven & { departmentId: string; version?: number | undefined },
    ): Promise<Person> => units.run(user, (unit) => transferWithin(unit, user, id, to)),

    /** Records that a person left. Their account, badges and positions end with it. */
    leave(user: User, id: string, on: string): Promise<Person> {
      return units.run(user, async (unit) => {
        const row = await managed(unit, user.account, id);
        await moves.leave(unit, row, on);
        return reread(unit, id);
      });
    },

    /** Re-employs a person with the same record. Accounts have to be granted again. */
    comeBack(
      user: User,
      id: string,
      to: PostGiven & { departmentId: string; on: string },
    ): Promise<Person> {
      return units.run(user, async (unit) => {
        const row = await managed(unit, user.account, id);
        if (row.status !== 'left') {
          throw new Problem('person.version-conflict', 'The person has not left.', {
            current: await show(unit, row),
          });
        }
        await departmentFor(unit, user.account, to.departmentId);
        await moves.comeBack(unit, row, to);
        return reread(unit, id);
      });
    },
  };
}
