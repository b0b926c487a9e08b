import { ulid } from 'ulid';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { type KindGiven, kindColumns } from './kinds.ts';
import { endStepsOfLeaver } from './planned-steps.ts';
import { type PostGiven, resolvePost } from './posts.ts';
import type { PersonRow } from './repository.ts';
import * as rows from './repository.ts';

/** Makes the problem of a change that is based on an older version of the row. */
export type ConflictOf = (unit: Unit, id: string) => Promise<Problem>;

/** Where a person goes to: a department that exists, and a post of the register or words. */
export type Place = PostGiven & { departmentId: string };

/** What is entered of a new person; sealed values are written beside it. */
export interface NewFile extends KindGiven {
  employeeNo: string;
  name: string;
  departmentId: string;
  post?: string | null | undefined;
  postId?: string | null | undefined;
  hiredOn?: string | null | undefined;
  source?: { system: string; ref?: string | null | undefined } | undefined;
}

export type PeopleMoves = ReturnType<typeof createMoves>;

/**
 * Joining, moving and leaving, within a unit of work. Whether the caller may is checked before. What hangs
 * on a post (roles, sessions, the holding of the post) follows the row by triggers of the database.
 */
export function createMoves(
  conflictOf: ConflictOf,
  oweBadges: (unit: Unit, person: string, on: string) => Promise<void>,
) {
  async function change(
    unit: Unit,
    row: PersonRow,
    version: number,
    data: Parameters<typeof rows.changeAtVersion>[3],
  ): Promise<void> {
    if (row.version !== version || !(await rows.changeAtVersion(unit.tx, row.id, version, data))) {
      throw await conflictOf(unit, row.id);
    }
  }

  return {
    /** @throws Problem `person.number-taken`. */
    async refuseNumber(unit: Unit, employeeNo: string, except?: string): Promise<void> {
      const other = await unit.tx.person.findFirst({
        where: { employeeNo, ...(except ? { id: { not: except } } : {}) },
      });
      if (other) throw new Problem('person.number-taken');
    },

    /**
     * @param sealed what is entered beside it, for the audit log, which masks it.
     * @returns the id.
     * @throws Problem `person.number-taken`, `person.post-unknown`, `person.host-unknown`,
     *   `person.visitor-needs-end`.
     */
    async join(unit: Unit, given: NewFile, sealed: object = {}): Promise<string> {
      await this.refuseNumber(unit, given.employeeNo);
      const id = ulid();
      const { source, hiredOn, post: words, postId, departmentId, employeeNo, name } = given;
      const held = await resolvePost(unit.tx, { post: words, postId }, departmentId);
      const { kind, company, supplierId, hostId, validUntil } = given;
      const terms = { company, supplierId, hostId, validUntil };
      const ofKind = { kind: kind ?? 'employee', ...terms } as const;
      const columns = await kindColumns(unit.tx, ofKind, null);
      await unit.tx.person.create({
        data: {
          ...(columns as object),
          tenantId: unit.caller.tenant,
          id,
          employeeNo,
          name,
          departmentId,
          ...held,
          hiredOn: hiredOn ? new Date(hiredOn) : null,
          ...(source ? { sourceSystem: source.system, sourceRef: source.ref ?? null } : {}),
        },
      });
      const after = { ...given, ...sealed, ...held };
      await unit.audit({ action: 'create', entity: 'person', id, person: id, after });
      const data = { person: id, employeeNo, department: departmentId };
      await unit.emit({ entity: 'person', what: 'created', subject: id, data });
      return id;
    },

    /** To another department or post. @throws Problem `person.left`, `person.post-unknown`. */
    async transfer(unit: Unit, row: PersonRow, to: Place, version = row.version): Promise<void> {
      const { id } = row;
      if (row.status === 'left') throw new Problem('person.left');
      const held = await resolvePost(unit.tx, to, to.departmentId);
      const before = { departmentId: row.departmentId, post: row.post, postId: row.postId };
      const after = { departmentId: to.departmentId, ...held };
      await change(unit, row, version, after);
      await unit.audit({ action: 'transfer', entity: 'person', id, person: id, before, after });
      const data = { person: id, from: before, to: after };
      await unit.emit({ entity: 'person', what: 'transferred', subject: id, data });
    },

    /**
     * Their account, badges and positions end with it, and what was planned for them. Badges that they have
     * stay due: see `oweBadges`.
     *
     * @param on the last day of work.
     * @throws Problem `person.left`.
     */
    async leave(unit: Unit, row: PersonRow, on: string): Promise<void> {
      const { id } = row;
      if (row.status === 'left') throw new Problem('person.left');
      await change(unit, row, row.version, { status: 'left', leftOn: new Date(on) });
      await oweBadges(unit, id, on);
      await endStepsOfLeaver(unit.tx, id);
      const before = { status: row.status };
      const after = { status: 'left', leftOn: on };
      await unit.audit({ action: 'leave', entity: 'person', id, person: id, before, after });
      await unit.emit({ entity: 'person', what: 'left', subject: id, data: { person: id, on } });
    },

    /** Re-employs a person who left, with the same file. Accounts have to be granted again. */
    async comeBack(unit: Unit, row: PersonRow, to: Place & { on: string }): Promise<void> {
      const { id } = row;
      const { departmentId, on } = to;
      const held = await resolvePost(unit.tx, to, departmentId);
      const data = {
        status: 'active',
        leftOn: null,
        hiredOn: new Date(on),
        departmentId,
        ...held,
      };
      await change(unit, row, row.version, data);
      const after = { departmentId, on, ...held };
      await unit.audit({ action: 'return', entity: 'person', id, person: id, after });
      const told = { person: id, department: departmentId };
      await unit.emit({ entity: 'person', what: 'returned', subject: id, data: told });
    },

    /** Sets kind, company, host or last day; what is left out stays. @throws Problem as `kindColumns`. */
    async setKind(unit: Unit, row: PersonRow, to: KindGiven): Promise<void> {
      const { id } = row;
      await change(unit, row, row.version, await kindColumns(unit.tx, to, row));
      const { kind, company, supplierId, hostId, validUntil } = row;
      const was = { kind, company, supplierId, hostId, validUntil: dayText(validUntil) };
      const fields = Object.keys(to) as (keyof KindGiven)[];
      const before = Object.fromEntries(fields.map((name) => [name, was[name]]));
      const after = { ...to };
      await unit.audit({ action: 'update', entity: 'person', id, person: id, before, after });
      const data = { person: id, fields };
      await unit.emit({ entity: 'person', what: 'changed', subject: id, data });
    },

    /** Corrects name or number. @throws Problem `person.number-taken`. */
    async amend(
      unit: Unit,
      row: PersonRow,
      to: { name: string; employeeNo: string },
    ): Promise<void> {
      const { id, name, employeeNo } = row;
      await this.refuseNumber(unit, to.employeeNo, id);
      await change(unit, row, row.version, to);
      const before = { name, employeeNo };
      await unit.audit({ action: 'update', entity: 'person', id, person: id, before, after: to });
      const data = { person: id, fields: ['name', 'employeeNo'] };
      await unit.emit({ entity: 'person', what: 'changed', subject: id, data });
    },
  };
}
