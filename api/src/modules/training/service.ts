import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { personWithin } from '../people/service.ts';
import { visibleEntry } from '../safety-file/entries.ts';
import {
  countingOf,
  findEntry,
  holdViolation,
  stateOf as stateOfEntry,
} from '../safety-file/rows.ts';
import { RETRAINING } from './obligations.ts';
import {
  readCourses,
  TRAINING_RECORD,
  type TrainingRow,
  trainingRows,
  trainingsOf,
} from './records.ts';
import type {
  RetrainingInput,
  TrainingInput,
  TrainingList,
  TrainingPatch,
  TrainingView,
  Withdrawal,
} from './schema.ts';

export type Trainings = ReturnType<typeof createTrainings>;

const LOGGED = ['course', 'result', 'heldOn', 'until', 'source'] as const;

/**
 * Records of training. Accounts with the right to keep qualifications enter, correct and withdraw them, and reviewers demand
 * a retraining. An account cannot change its own records.
 *
 * @param parts.timeZone of the plant. Days in the future are refused by it.
 */
export function createTrainings(parts: {
  units: Units;
  obligations: Pick<Obligations, 'refresh'>;
  timeZone: string;
}) {
  const { units, obligations } = parts;
  const today = () => dayAt(new Date(), parts.timeZone);
  const refuse = (field: string, zh: string, en: string) =>
    refusedField('training.fields', field, { zh, en });

  async function requireCourse(tx: Transaction, course: string): Promise<void> {
    if ((await readCourses(tx)).isOffered(course)) return;
    throw refuse('course', `“${course}”不可选。`, `"${course}" is not offered.`);
  }

  function requireDays({
    result,
    heldOn,
    until,
  }: Pick<TrainingInput, 'result' | 'heldOn' | 'until'>) {
    if (heldOn > today()) throw refuse('heldOn', '晚于今天', 'lies in the future');
    if (until === null) return;
    if (result === 'failed')
      throw refuse('until', '不合格的没有有效期', 'is of passed courses only');
    if (until < heldOn) throw refuse('until', '早于培训日期', 'lies before the course');
  }

  /** @throws Problem where the person is out of reach, is the account's own, or has left. */
  async function subjectOf(
    tx: Transaction,
    account: Account,
    person: string,
    permission: 'qualification:manage' | 'violation:review',
  ): Promise<void> {
    const { status } = await personWithin(tx, account, permission, person);
    if (account.person === person) throw new Problem('training.own');
    if (status === 'left') throw new Problem('person.left');
  }

  /** @throws Problem `training.unknown`, `training.own`. */
  async function rowWithin(tx: Transaction, account: Account, id: string): Promise<TrainingRow> {
    const [row] = await trainingRows(tx, { id });
    if (!row) throw new Problem('training.unknown');
    await personWithin(tx, account, 'qualification:manage', row.personId).catch(
      (error: unknown) => {
        throw error instanceof Problem ? new Problem('training.unknown') : error;
      },
    );
    if (account.person === row.personId) throw new Problem('training.own');
    return row;
  }

  async function view({ tx }: Unit, { account }: User, row: Pick<TrainingRow, 'id' | 'personId'>) {
    const all = await trainingsOf(tx, account, row.personId, today());
    return all.find(({ id }) => id === row.id) as TrainingView;
  }

  /** Emits the event, and updates the retraining obligations of the person. */
  async function changed(
    unit: Unit,
    what: string,
    { id, personId: person }: Pick<TrainingRow, 'id' | 'personId'>,
  ) {
    await unit.emit({ entity: TRAINING_RECORD, what, subject: id, data: { person } });
    const due = await sqlIn(unit.tx)<{ id: string }>(Prisma.sql`
      SELECT id FROM training_record WHERE person_id = ${person} AND result = 'due' ORDER BY id`);
    await obligations.refresh(
      unit,
      RETRAINING,
      due.map((one) => one.id),
    );
  }

  async function create(
    unit: Unit,
    user: User,
    personId: string,
    given: Omit<TrainingInput, 'result'> & { result: string; entryId?: string },
  ): Promise<TrainingView> {
    const { tenant, account } = user;
    const row = { id: newId(), personId };
    const days = { heldOn: dayDate(given.heldOn), until: dayDate(given.until) };
    await unit.tx.trainingRecord.create({
      data: { tenantId: tenant, ...row, ...given, ...days, enteredBy: account.id },
    });
    const line = { action: 'create', entity: TRAINING_RECORD, id: row.id } as const;
    await unit.audit({ ...line, person: personId, after: given });
    await changed(unit, 'created', row);
    return view(unit, user, row);
  }

  return {
    ofPerson: (user: User, person: string): Promise<TrainingList> =>
      units.run(user, async ({ tx }) => {
        await personWithin(tx, user.account, 'qualification:read', person);
        return { items: await trainingsOf(tx, user.account, person, today()) };
      }),

    own: (user: User): Promise<TrainingList> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        return {
          items: person === null ? [] : await trainingsOf(tx, user.account, person, today()),
        };
      }),

    /** @throws Problem `training.own`, `training.fields`. */
    add: (user: User, person: string, given: TrainingInput): Promise<TrainingView> =>
      units.run(user, async (unit) => {
        await subjectOf(unit.tx, user.account, person, 'qualification:manage');
        await requireCourse(unit.tx, given.course);
        requireDays(given);
        return create(unit, user, person, given);
      }),

    /** A retraining that is due cannot be corrected: it is withdrawn, and another one entered. */
    change: (user: User, id: string, { version, ...given }: TrainingPatch): Promise<TrainingView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await rowWithin(tx, user.account, id);
        if (row.withdrawnAt !== null || row.result === 'due') throw new Problem('training.closed');
        const days = { heldOn: dayText(row.heldOn), until: dayText(row.until) };
        const next = { ...row, ...days, ...givenOnly(given) } as TrainingInput;
        if (next.course !== row.course) await requireCourse(tx, next.course);
        requireDays(next);
        const saved = await saveAtVersion(unit, {
          entity: TRAINING_RECORD,
          id,
          person: row.personId,
          version,
          conflict: 'training.version-conflict',
          find: () => rowWithin(tx, user.account, id),
          write: (to) =>
            tx.trainingRecord.updateMany({
              where: { id, version },
              data: {
                ...pick(next, LOGGED),
                heldOn: dayDate(next.heldOn),
                until: dayDate(next.until),
                version: to,
              },
            }),
          show: (one) => view(unit, user, one),
          log: (one) =>
            pick({ ...one, heldOn: dayText(one.heldOn), until: dayText(one.until) }, LOGGED),
        });
        await changed(unit, 'changed', row);
        return saved;
      }),

    /**
     * Withdraws the retraining for a violation that does not count any more, such as after an objection. Where the files of one
     * person were joined, it goes on with the entry that counts now.
     */
    async entryChanged(unit: Unit, entryId: string): Promise<void> {
      const { tx } = unit;
      const entry = await findEntry(tx, entryId);
      if (entry && stateOfEntry(entry) === 'in-force') return;
      const counting = entry ? await countingOf(tx, entry.violationId) : [];
      const reason = '违章已不计入 / The violation does not count any more';
      for (const { id, personId } of await trainingRows(tx, { entryId, withdrawnAt: null })) {
        const now = counting.find((one) => one.personId === personId);
        if (now) {
          await tx.trainingRecord.updateMany({ where: { id }, data: { entryId: now.id } });
          continue;
        }
        await tx.trainingRecord.updateMany({
          where: { id },
          data: { withdrawnAt: new Date(), withdrawReason: reason, version: { increment: 1 } },
        });
        const line = { action: 'training-withdraw', entity: TRAINING_RECORD, id } as const;
        await unit.audit({ ...line, person: personId, reason });
        await changed(unit, 'withdrawn', { id, personId });
      }
    },

    /** @throws Problem `training.unknown`, `training.own`, `training.version-conflict`. */
    withdraw: (user: User, id: string, { version, reason }: Withdrawal): Promise<TrainingView> =>
      units.run(user, async (unit) => {
        const row = await rowWithin(unit.tx, user.account, id);
        const { count } = await unit.tx.trainingRecord.updateMany({
          where: { id, version, withdrawnAt: null },
          data: {
            withdrawnAt: new Date(),
            withdrawnBy: user.account.id,
            withdrawReason: reason,
            version: version + 1,
          },
        });
        if (count === 0) throw new Problem('training.version-conflict');
        const line = { action: 'training-withdraw', entity: TRAINING_RECORD, id } as const;
        await unit.audit({ ...line, person: row.personId, reason });
        await changed(unit, 'withdrawn', row);
        return view(unit, user, row);
      }),

    /** @throws Problem `safety-entry.unknown`, `training.entry`, `training.own`, `training.fields`. */
    retrain: (
      user: User,
      entryId: string,
      { course, until }: RetrainingInput,
    ): Promise<TrainingView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const seen = await visibleEntry(tx, user.account, entryId);
        // Locks the violation: a verdict that is taken back now waits, and withdraws the retraining afterwards.
        await holdViolation(tx, seen.violationId);
        const entry = (await findEntry(tx, entryId)) ?? seen;
        if (stateOfEntry(entry) !== 'in-force') throw new Problem('training.entry');
        await subjectOf(tx, user.account, entry.personId, 'violation:review');
        await requireCourse(tx, course);
        const open = await trainingRows(tx, { entryId, course, result: 'due', withdrawnAt: null });
        if (open.length > 0) {
          throw refuse('course', '该违章已要求此课程', 'is demanded for this violation already');
        }
        const heldOn = today();
        if (until < heldOn) throw refuse('until', '早于今天', 'lies before today');
        // Leaves out its kind: the right to read training does not include violations.
        const source = `违章 / Violation, ${dayAt(entry.startedAt, parts.timeZone)}`;
        return create(unit, user, entry.personId, {
          course,
          result: 'due',
          heldOn,
          until,
          source,
          entryId,
        });
      }),
  };
}
