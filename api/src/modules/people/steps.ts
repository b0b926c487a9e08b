import type { Logger } from 'pino';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { holdersWithin } from '../../platform/access/holders.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import type { Settings } from '../../platform/settings.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { openAtLeaving } from '../facts.ts';
import {
  decideStep,
  isStepDue,
  type NewStep,
  type StepKind,
  type StepRow,
  writeStep,
} from './planned-steps.ts';
import { resolvePost } from './posts.ts';
import { holdPeople } from './rebinding.ts';
import { findPerson } from './repository.ts';
import type { LeaveRequest, Person, PersonStep, TransferRequest } from './schema.ts';
import { type PeopleService, personWithin } from './service.ts';

/** So many steps are acted upon in a pass. */
const MOST = 100;

/** Acts upon a statement of a personnel system whose day has come. */
type StatedHandler = (tenant: string, statement: string) => Promise<void>;

export type PeopleSteps = ReturnType<typeof createPeopleSteps>;

/**
 * Moves and last days of the future. A step waits in its row and acts when its day begins, once; the days on which
 * no process ran are made up for by the next pass. Those of personnel systems are the same rows.
 */
export function createPeopleSteps(parts: {
  units: Units;
  database: Database;
  notices: Pick<Notices, 'notify'>;
  people: PeopleService;
  settings: Pick<Settings, 'timeZone'>;
  log: Logger;
  now?: () => Date;
}) {
  const { units, database, notices, people, settings, log, now = () => new Date() } = parts;
  const today = () => dayIn(now(), settings.timeZone);
  let stated: StatedHandler | null = null;

  /** Writes a step of a person in the place of an earlier one of its kind. */
  async function plan(unit: Unit, user: User, person: string, step: NewStep): Promise<Person> {
    const { tx } = unit;
    await holdPeople(tx, [person]);
    const row = await personWithin(tx, user.account, 'person:manage', person);
    if (row.status === 'left') throw new Problem('person.left');
    const { kind, day, ...more } = step;
    const earlier = await tx.personStep.findMany({
      where: { personId: person, kind, state: 'planned', statementId: null },
      select: { id: true },
    });
    for (const { id } of earlier) await decideStep(tx, id, 'taken-back');
    const of = { personId: person, byUser: user.account.id };
    await writeStep(tx, user.tenant, { kind, day, ...more, ...of });
    const { departmentId, post } = more;
    const after = { step: kind, day, ...(departmentId ? { departmentId, post } : {}) };
    await unit.audit({ action: 'plan-step', entity: 'person', id: person, person, after });
    return people.showWithin(unit, person);
  }

  /** Carries out a step. @throws the Problem that prevents it. */
  async function carryOut(unit: Unit, step: StepRow): Promise<void> {
    const { tx } = unit;
    if (step.personId) await holdPeople(tx, [step.personId]);
    const row = step.personId && (await findPerson(tx, step.personId));
    if (!row) throw new Problem('person.unknown');
    if (step.kind === 'leave') {
      await people.moves.leave(unit, row, dayText(step.day));
    } else {
      const departmentId = step.departmentId ?? row.departmentId;
      const department = { id: departmentId, active: true };
      if (!(await tx.department.findFirst({ where: department }))) {
        throw new Problem('department.unknown');
      }
      const { postId, post } = step;
      await people.moves.transfer(unit, row, { departmentId, ...(postId ? { postId } : { post }) });
    }
    const names = await userNames(tx, [step.byUser ?? '']);
    const after = { step: step.kind, day: dayText(step.day), by: names.get(step.byUser ?? '') };
    const { id } = row;
    await unit.audit({ action: 'act-step', entity: 'person', id, person: id, after });
  }

  /** Keeps a step that could not be done, and tells those who manage the person. */
  const refuse = (caller: Caller, step: StepRow, problem: Problem) =>
    units.run(caller, async (unit) => {
      const { tx } = unit;
      const row = step.personId && (await findPerson(tx, step.personId));
      if (!(await decideStep(tx, step.id, 'refused', problem.code)) || !row) return;
      const place = { department: row.departmentId, site: row.department.site };
      await notices.notify(unit, {
        to: await holdersWithin(tx, 'person:manage', place),
        kind: 'person.step-refused',
        severity: 'warning',
        title: {
          zh: `计划的变动未能执行：${row.name}（${row.employeeNo}）`,
          en: `A planned change was not made: ${row.name} (${row.employeeNo})`,
        },
        body: {
          zh: '岗位与权限尚未更新，请查看人员档案并重新办理。',
          en: 'Post and rights are as before: look at the file of the person and enter it again.',
        },
        link: `/admin/people/${row.id}`,
        subject: { entity: 'person', id: row.id },
      });
    });

  async function act(tenant: string, step: StepRow): Promise<void> {
    const caller = systemCaller(tenant);
    if (step.statementId !== null) {
      await stated?.(tenant, step.statementId);
      return;
    }
    try {
      await units.run(caller, async (unit) => {
        // Of two processes one does it.
        if (await decideStep(unit.tx, step.id, 'done')) await carryOut(unit, step);
      });
    } catch (error) {
      // What another unit changed meanwhile is no reason against the step: it waits for the next pass.
      if (!(error instanceof Problem) || error.code === 'person.version-conflict') throw error;
      await refuse(caller, step, error);
    }
  }

  return {
    /** How the steps of personnel systems are done: by their statement. */
    onStated(handler: StatedHandler): void {
      stated = handler;
    },

    /** To another department or post: at once, or on a day to come. */
    transfer(user: User, id: string, { on, ...to }: TransferRequest): Promise<Person> {
      if (on === undefined || isStepDue('move', on, today())) return people.transfer(user, id, to);
      return units.run(user, async (unit) => {
        const { departmentId } = to;
        await people.departmentWithin(unit, user.account, departmentId);
        const held = await resolvePost(unit.tx, to, departmentId);
        return plan(unit, user, id, { kind: 'move', day: on, departmentId, ...held });
      });
    },

    /** Notes the last day: rights and badges end at once, or when it is over. */
    leave(user: User, id: string, { on, ends }: LeaveRequest): Promise<Person> {
      const isLater = !isStepDue('leave', on, today());
      const waits = ends === undefined ? on > today() : ends === 'after-last-day' && isLater;
      if (!waits) return people.leave(user, id, on);
      return units.run(user, (unit) => plan(unit, user, id, { kind: 'leave', day: on }));
    },

    /** What waits for its day, and what could not be done, the earliest first. */
    list: (user: User, person: string): Promise<{ items: PersonStep[] }> =>
      units.run(user, async ({ tx }) => {
        await personWithin(tx, user.account, 'person:manage', person);
        const rows = await tx.personStep.findMany({
          where: { personId: person, state: { in: ['planned', 'refused'] } },
          orderBy: [{ actsOn: 'asc' }, { id: 'asc' }],
        });
        const names = await userNames(
          tx,
          rows.flatMap(({ byUser }) => byUser ?? []),
        );
        const ids = rows.flatMap(({ departmentId }) => departmentId ?? []);
        const departments = await tx.department.findMany({ where: { id: { in: ids } } });
        const items = rows.map((row): PersonStep => {
          const department = departments.find(({ id }) => id === row.departmentId);
          return {
            id: row.id,
            kind: row.kind as StepKind,
            day: dayText(row.day),
            department: department
              ? { id: department.id, name: department.name as { zh: string; en: string } }
              : null,
            post: row.post,
            by: names.get(row.byUser ?? '') ?? null,
            system: row.system,
            state: row.state as PersonStep['state'],
            problem: row.problem,
            createdAt: row.createdAt.toISOString(),
          };
        });
        return { items };
      }),

    /**
     * @throws Problem `person.step-unknown` where it does not wait any more, `person.step-stated` for one of a
     *   personnel system, which says so again with its next statement.
     */
    takeBack: (user: User, person: string, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await personWithin(tx, user.account, 'person:manage', person);
        const row = await tx.personStep.findFirst({ where: { id, personId: person } });
        if (!row) throw new Problem('person.step-unknown');
        if (row.statementId !== null) throw new Problem('person.step-stated');
        if (!(await decideStep(tx, id, 'taken-back'))) throw new Problem('person.step-unknown');
        const before = { step: row.kind, day: dayText(row.day) };
        await unit.audit({
          action: 'take-back-step',
          entity: 'person',
          id: person,
          person,
          before,
        });
      }),

    /** What the person would leave open, before it is entered that they leave. */
    open: (user: User, person: string) =>
      units.run(user, async ({ tx }) => {
        await personWithin(tx, user.account, 'person:manage', person);
        return { items: await openAtLeaving(tx, person) };
      }),

    /** Acts upon the steps whose day has begun. @returns whether there may be more. */
    async applyDue(tenant: string): Promise<boolean> {
      const due = await database.transaction({ tenant, user: null }, (tx) =>
        tx.personStep.findMany({
          where: { state: 'planned', actsOn: { lte: dayDate(today()) } },
          orderBy: [{ actsOn: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
          take: MOST,
        }),
      );
      let done = 0;
      for (const step of due) {
        try {
          await act(tenant, step);
          done++;
        } catch (error) {
          // It waits for the next pass.
          log.warn({ err: error, step: step.id }, 'a planned step of a person was not done');
        }
      }
      return done > 0 && due.length === MOST;
    },
  };
}
