import { isDeepStrictEqual } from 'node:util';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import type { PeopleMoves } from '../people/moves.ts';
import type { StatedSteps } from '../people/planned-steps.ts';
import { createApply, type Key } from './apply.ts';
import { type Row, showStatements } from './list.ts';
import type { Statement, StatementTaken, StatementView } from './schema.ts';

/** The clock of a personnel system may be so far ahead, ms. */
const AHEAD_MS = 120_000;
/** What a person can put right; the statement is kept and can be tried again. */
const kept = new Set([
  'personnel.department-unknown',
  'personnel.other-name',
  'personnel.other-id',
  'personnel.joined-file',
  'personnel.host-unknown',
  'personnel.valid-until-past',
  'person.host-unknown',
  'person.number-taken',
  'person.post-unknown',
  'person.visitor-needs-end',
]);

export type Personnel = ReturnType<typeof createPersonnel>;

/** Statements of personnel systems: taken once each, in the order of their clocks, planned ones on their day. */
export function createPersonnel(
  platform: Pick<Platform, 'units' | 'notices' | 'database' | 'settings'> & {
    moves: PeopleMoves;
    /** Where a statement waits for its day. */
    steps: StatedSteps;
    now?: () => Date;
  },
) {
  const { units, notices, database, settings, steps, now = () => new Date() } = platform;
  const apply = createApply(platform.moves);
  const today = () => dayIn(now(), settings.timeZone);

  /** One statement of a person at a time, until the end of the unit. */
  const lock = ({ tx, caller }: Unit, { system, externalId }: Key) =>
    tx.$queryRaw`SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(
      hashtextextended(${`personnel ${caller.tenant} ${system} ${externalId}`}, 0))) AS held`;

  /** Whether the system has said something newer about this person. */
  async function isOutdated({ tx }: Unit, key: Key, at: Date): Promise<boolean> {
    const newer = { statedAt: { gt: at } };
    if (await tx.personAlias.findFirst({ where: { ...key, ...newer } })) return true;
    const state = { in: ['applied', 'planned'] };
    return (await tx.personnelStatement.count({ where: { ...key, ...newer, state } })) > 0;
  }

  /** Writes what became of a statement, into its row or a new one. */
  async function note(
    unit: Unit,
    key: Key,
    given: Statement,
    outcome: Pick<Row, 'state' | 'changes' | 'personId' | 'problem' | 'detail'>,
  ): Promise<Row> {
    const { tx } = unit;
    const statedAt = new Date(given.at);
    const found = await tx.personnelStatement.findFirst({ where: { ...key, statedAt } });
    const decided = { ...outcome, decidedAt: now() };
    if (found) {
      await tx.personnelStatement.updateMany({ where: { id: found.id }, data: decided });
      await follow(unit, key, given, { id: found.id, ...outcome });
      return { ...found, ...decided };
    }
    const row = await tx.personnelStatement.create({
      data: {
        tenantId: unit.caller.tenant,
        id: newId(),
        ...key,
        statedAt,
        receivedAt: now(),
        effectiveOn: dayDate(given.effectiveOn),
        statement: given,
        ...decided,
      },
    });
    await follow(unit, key, given, row);
    return row;
  }

  /** The step of a statement waits while the statement does. */
  async function follow(
    unit: Unit,
    { system }: Key,
    { effectiveOn, status, post = null }: Statement,
    { id, state, personId, problem }: Pick<Row, 'id' | 'state' | 'personId' | 'problem'>,
  ): Promise<void> {
    if (state === 'planned' && effectiveOn !== null) {
      const kind = status === 'left' ? 'leave' : personId === null ? 'join' : 'move';
      const step = {
        person: personId,
        kind,
        day: effectiveOn,
        post,
        statement: id,
        system,
      } as const;
      await steps.plan(unit, step);
    } else if (state === 'refused') await steps.end(unit.tx, [id], 'refused', problem);
    else await steps.end(unit.tx, [id], state === 'applied' ? 'done' : 'taken-back');
  }

  async function decide(unit: Unit, key: Key, given: Statement): Promise<Row> {
    const nothing = { changes: [], problem: null, detail: null };
    const statedAt = new Date(given.at);
    if (await isOutdated(unit, key, statedAt)) {
      return note(unit, key, given, { ...nothing, state: 'outdated', personId: null });
    }
    const { person, changes, planned } = await apply(unit, key, given, today());
    const state = planned ? 'planned' : 'applied';
    const row = await note(unit, key, given, { ...nothing, state, changes, personId: person });
    const older = { ...key, state: 'planned', statedAt: { lt: statedAt } };
    const waiting = await unit.tx.personnelStatement.findMany({
      where: older,
      select: { id: true },
    });
    await unit.tx.personnelStatement.updateMany({
      where: older,
      data: { state: 'outdated', decidedAt: now() },
    });
    const ids = waiting.map(({ id }) => id);
    await steps.end(unit.tx, ids, 'taken-back');
    if (changes.length > 0) {
      await unit.audit({
        action: 'apply-statement',
        entity: 'personnel-statement',
        id: row.id,
        person,
        after: { ...key, changes },
      });
    }
    return row;
  }

  /** Keeps a statement that a person has to look at, and tells those who may. */
  const refuse = (caller: Caller, key: Key, given: Statement, problem: Problem) =>
    units.run(caller, async (unit) => {
      await lock(unit, key);
      const row = await note(unit, key, given, {
        state: 'refused',
        changes: [],
        personId: null,
        problem: problem.code,
        detail: problem.message.slice(0, 500),
      });
      await notices.notify(unit, {
        to: await holdersOf(unit.tx, 'personnel:manage'),
        kind: 'personnel.refused',
        severity: 'warning',
        title: {
          zh: `人事变动未能处理：${given.name}（${given.employeeNo}）`,
          en: `A change of staff was refused: ${given.name} (${given.employeeNo})`,
        },
        body: {
          zh: `来自 ${key.system}。岗位与权限尚未更新，请处理后重试。`,
          en: `It is from ${key.system}. Post and rights are as before: put it right and try again.`,
        },
        link: '/admin/personnel?state=refused',
        subject: { entity: 'personnel-statement', id: row.id },
      });
    });

  async function taken(caller: Caller, key: Key, given: Statement, again: boolean): Promise<Row> {
    try {
      return await units.run(caller, async (unit) => {
        await lock(unit, key);
        const statedAt = new Date(given.at);
        const found = await unit.tx.personnelStatement.findFirst({ where: { ...key, statedAt } });
        if (found && !again) {
          if (!isDeepStrictEqual(found.statement, JSON.parse(JSON.stringify(given)))) {
            throw new Problem('personnel.same-instant');
          }
          // The system sends a refused one again until it is taken.
          if (found.state !== 'refused') return found;
        }
        return decide(unit, key, given);
      });
    } catch (error) {
      if (error instanceof Problem && kept.has(error.code)) await refuse(caller, key, given, error);
      throw error;
    }
  }

  return {
    /**
     * Takes a statement. The same one again gives the same answer and changes nothing.
     *
     * @throws Problem of what stands in the way; the statement is kept where a person can put it right.
     */
    async take(caller: Caller, key: Key, given: Statement): Promise<StatementTaken> {
      if (Date.parse(given.at) > now().getTime() + AHEAD_MS) throw new Problem('personnel.ahead');
      const row = await taken(caller, key, given, false);
      const { id, state, changes, personId: person } = row;
      return { id, state, changes, person } as StatementTaken;
    },

    /** Applies a planned statement whose day has come. */
    async applyPlanned(tenant: string, id: string): Promise<void> {
      const row = await database.transaction({ tenant, user: null }, (tx) =>
        tx.personnelStatement.findFirst({ where: { id, state: 'planned' } }),
      );
      if (!row) return;
      const { system, externalId, statement } = row;
      const key = { system, externalId };
      try {
        await taken(systemCaller(tenant), key, statement as Statement, true);
      } catch (error) {
        // What another unit changed meanwhile is no reason against it, and waits for the next pass, as other errors do.
        if (!(error instanceof Problem) || error.code === 'person.version-conflict') throw error;
        // Its readers were told of those that are kept.
        if (!kept.has(error.code)) {
          await refuse(systemCaller(tenant), key, statement as Statement, error);
        }
      }
    },

    /** Tries a refused statement again. @throws Problem as `take`, or `personnel.not-refused`. */
    async retry(user: User, id: string): Promise<StatementView> {
      const row = await units.run(user, ({ tx }) =>
        tx.personnelStatement.findFirst({ where: { id } }),
      );
      if (!row) throw new Problem('personnel.unknown');
      if (row.state !== 'refused') throw new Problem('personnel.not-refused');
      const { system, externalId, statement } = row;
      const next = await taken(user, { system, externalId }, statement as Statement, true);
      return units.run(user, async ({ tx }) => (await showStatements(tx, [next]))[0]!);
    },
  };
}
