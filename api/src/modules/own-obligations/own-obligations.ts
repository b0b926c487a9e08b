import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import {
  givenOnly,
  noteCreated,
  pick,
  requireVersion,
  saveAtVersion,
} from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { type ObligationKind, obligationKinds } from '../../platform/obligations/kinds.ts';
import { intervalText, readInterval } from '../../platform/obligations/schedule.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import { visibleSql } from '../../platform/obligations/view.ts';
import type { Rules } from '../../platform/rules/service.ts';
import { type Fields, requireFit, requireReach } from './check.ts';
import { readChoices } from './choices.ts';
import { lastRecords, MOST_AT_ONCE, OWN, type OwnParts, type OwnRow } from './obligations.ts';
import type {
  OwnChoices,
  OwnInput,
  OwnView,
  ownObligationDecision,
  ownObligationEnd,
  ownObligationPatch,
} from './schema.ts';
import { readSubjects } from './subjects.ts';
import { mayConfirm, showOwn, stateOf } from './view.ts';

const LOGGED = [
  'title',
  'responsiblePerson',
  'responsibleRole',
  'startsOn',
  'everyText',
  'rule',
  'everyHours',
  'startHours',
  'leadDays',
  'leadHours',
  'graceDays',
  'needsFile',
  'needsSecond',
] as const;

const kinds = obligationKinds.filter(({ id }) => id === OWN) as [ObligationKind];

/** The given fields as the database holds them. */
function stored<Given extends { startsOn?: string; every?: OwnInput['every'] }>({
  startsOn,
  every,
  ...rest
}: Given) {
  return {
    ...rest,
    ...(startsOn === undefined ? {} : { startsOn: dayDate(startsOn) }),
    ...(every === undefined ? {} : { everyText: every && intervalText(every) }),
  };
}

/** A row in the fields of a request, for what a change has to fit. */
const fieldsOf = (row: OwnRow): Fields => ({
  ...row,
  title: row.title as Fields['title'],
  subjectId: row.subjectId ?? row.personId,
  every: readInterval(row.everyText),
});

export type OwnObligations = ReturnType<typeof createOwnObligations>;

/** What people do with the obligations that they add by hand. */
export function createOwnObligations(
  parts: OwnParts & {
    units: Units;
    obligations: Pick<Obligations, 'refresh'>;
    rules: Pick<Rules, 'book'>;
  },
) {
  const { units, obligations, rules } = parts;

  /** @throws Problem `own-obligation.unknown` where the account sees none of its cases. */
  async function find(tx: Transaction, account: Account, id: string): Promise<OwnRow> {
    const seen = await sqlIn(tx)(Prisma.sql`
      SELECT 1 FROM obligation o WHERE o.kind = ${OWN} AND o.source = ${id} AND ${visibleSql(account, kinds)}`);
    const row = seen.length === 0 ? null : await tx.ownObligation.findFirst({ where: { id } });
    if (!row) throw new Problem('own-obligation.unknown');
    return row;
  }

  /** One that falls due still, which the account may change. */
  async function findActive(tx: Transaction, account: Account, id: string): Promise<OwnRow> {
    const row = await find(tx, account, id);
    requireReach(account, (await readSubjects(tx, [row]))(row));
    const last = (await lastRecords(tx, [id])).get(id);
    if (stateOf(row, last) !== 'active') throw new Problem('own-obligation.over');
    return row;
  }

  /** Readings of before count from the same day. @throws Problem for another one after it was done. */
  async function requireSameMeter(
    tx: Transaction,
    row: OwnRow,
    given: { startsOn?: string; startHours?: number | null },
  ): Promise<void> {
    if (row.dueBy !== 'meter' || !(await lastRecords(tx, [row.id])).has(row.id)) return;
    const { startsOn = dayText(row.startsOn), startHours = row.startHours } = given;
    if (startsOn === dayText(row.startsOn) && startHours === row.startHours) return;
    throw new Problem('own-obligation.invalid', undefined, {
      errors: [
        fieldError(
          'startsOn',
          '已登记过完成，起始日和起始小时数不再更改。',
          'It was done since: the first day and its hours stay.',
        ),
      ],
    });
  }

  const bookIn = (tx: Transaction) => () => rules.book(tx);

  return {
    get: (user: User, id: string): Promise<OwnView> =>
      units.run(user, async ({ tx }) =>
        showOwn(tx, user.account, parts, await find(tx, user.account, id)),
      ),

    choices: (user: User): Promise<OwnChoices> =>
      units.run(user, async ({ tx }) => readChoices(tx, user.account, await rules.book(tx))),

    create: (user: User, input: OwnInput): Promise<OwnView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { subjectKind, subjectId, dueBy, condition, ...terms } = input;
        await requireFit(tx, user.account, input, { chosen: input, book: bookIn(tx) });
        const id = newId();
        const isPerson = subjectKind === 'person';
        await tx.ownObligation.create({
          data: {
            tenantId: user.tenant,
            id,
            subjectKind,
            subjectId: isPerson ? null : subjectId,
            personId: isPerson ? subjectId : null,
            dueBy,
            condition,
            ...stored(terms),
            startsOn: dayDate(input.startsOn),
            startHours: dueBy === 'meter' ? (input.startHours ?? 0) : null,
          },
        });
        await noteCreated(unit, {
          entity: OWN,
          id,
          after: input,
          event: ['created', { 'own-obligation': id }],
        });
        await obligations.refresh(unit, OWN, [id]);
        const row = await tx.ownObligation.findFirstOrThrow({ where: { id } });
        return showOwn(tx, user.account, parts, row);
      }),

    change: (
      user: User,
      id: string,
      { version, ...patch }: z.infer<typeof ownObligationPatch>,
    ): Promise<OwnView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const now = await findActive(tx, user.account, id);
        const given = givenOnly(patch);
        // Otherwise it could be switched off, done alone, and switched on again.
        const isSwitchedOff = now.needsSecond && given.needsSecond === false;
        await requireSameMeter(tx, now, given);
        await requireFit(
          tx,
          user.account,
          { ...fieldsOf(now), ...given },
          { chosen: given, book: bookIn(tx) },
        );
        const shown = await saveAtVersion(unit, {
          entity: OWN,
          id,
          person: now.personId,
          version,
          conflict: 'own-obligation.version-conflict',
          find: () => find(tx, user.account, id),
          write: (next) =>
            tx.ownObligation.updateMany({
              where: { id, version },
              data: {
                ...stored(given),
                ...(isSwitchedOff ? { secondUntilDone: true } : {}),
                version: next,
              },
            }),
          show: (row) => showOwn(tx, user.account, parts, row),
          log: (row) => ({ ...pick(row, LOGGED), startsOn: dayText(row.startsOn) }),
          event: 'changed',
        });
        await obligations.refresh(unit, OWN, [id]);
        return shown;
      }),

    end: (
      user: User,
      id: string,
      { version, reason }: z.infer<typeof ownObligationEnd>,
    ): Promise<OwnView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await findActive(tx, user.account, id);
        requireVersion(
          'own-obligation.version-conflict',
          row,
          version,
          await showOwn(tx, user.account, parts, row),
        );
        const { count } = await tx.ownObligation.updateMany({
          where: { id, version },
          data: {
            endedAt: new Date(),
            endedBy: user.account.id,
            endReason: reason,
            version: version + 1,
          },
        });
        // Another change was committed between the read and the write.
        if (count === 0) throw new Problem('own-obligation.version-conflict');
        await unit.audit({
          action: 'end-own-obligation',
          entity: OWN,
          id,
          person: row.personId,
          reason,
        });
        await unit.emit({
          entity: OWN,
          what: 'ended',
          subject: id,
          data: { 'own-obligation': id },
        });
        await obligations.refresh(unit, OWN, [id]);
        return showOwn(tx, user.account, parts, await find(tx, user.account, id));
      }),

    /** A second person confirms that it was done, or says what is missing. */
    decide: (
      user: User,
      id: string,
      { record, accepted, note }: z.infer<typeof ownObligationDecision>,
    ): Promise<OwnView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await find(tx, user.account, id);
        const waiting = await tx.ownObligationRecord.findFirst({
          where: { id: record, ownId: id, state: 'waits' },
        });
        if (!waiting || row.endedAt !== null) throw new Problem('own-obligation.not-waiting');
        // Another account of the same person is no second person.
        const first = await tx.appUser.findFirst({
          where: { id: waiting.byUser ?? '' },
          select: { personId: true },
        });
        const isSame = first?.personId != null && first.personId === user.account.person;
        if (isSame || waiting.byUser === user.account.id) {
          throw new Problem('own-obligation.own-record');
        }
        const subject = (await readSubjects(tx, [row]))(row);
        if (!mayConfirm(user.account, row, subject, waiting)) {
          throw new Problem('auth.forbidden', 'It lies outside of what you may confirm.');
        }
        if (!accepted && note.length < 4) {
          throw new Problem('own-obligation.invalid', undefined, {
            errors: [fieldError('note', '请写明缺少什么。', 'Say what is missing.')],
          });
        }
        await settle(unit, user, { record, accepted, note });
        if (accepted && row.secondUntilDone) {
          await tx.ownObligation.update({
            where: { tenantId_id: { tenantId: user.tenant, id } },
            data: { secondUntilDone: false },
          });
        }
        await unit.audit({
          action: accepted ? 'confirm-own-obligation' : 'refuse-own-obligation',
          entity: OWN,
          id,
          person: row.personId,
          after: { record, on: dayText(waiting.doneOn) },
          ...(note ? { reason: note } : {}),
        });
        const endedBy = { user: waiting.byUser, note: waiting.note };
        await obligations.refresh(unit, OWN, [id], endedBy);
        return showOwn(tx, user.account, parts, await find(tx, user.account, id));
      }),

    /** The changes of an own obligation, and the times that it was done, newest first. */
    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await find(tx, user.account, id);
        return historyOf(tx, { [OWN]: [[id, null]] });
      }),

    /** Reads running hours of machines and conditions, and brings the cases in line with them. */
    async readAgain(tenant: string): Promise<void> {
      const caller = systemCaller(tenant);
      const rows = await units.run(caller, ({ tx }) =>
        tx.ownObligation.findMany({
          where: { dueBy: { in: ['meter', 'condition'] }, endedAt: null },
          select: { id: true },
          orderBy: { id: 'asc' },
        }),
      );
      const ids = rows.map(({ id }) => id);
      for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
        const some = ids.slice(from, from + MOST_AT_ONCE);
        await units.run(caller, (unit) => obligations.refresh(unit, OWN, some));
      }
    },
  };

  /** @throws Problem `own-obligation.not-waiting` where another decided meanwhile. */
  async function settle(
    { tx }: Unit,
    user: User,
    { record, accepted, note }: z.infer<typeof ownObligationDecision>,
  ): Promise<void> {
    const { count } = await tx.ownObligationRecord.updateMany({
      where: { id: record, state: 'waits' },
      data: {
        state: accepted ? 'confirmed' : 'refused',
        decidedBy: user.account.id,
        decidedAt: new Date(),
        decidedNote: note || null,
      },
    });
    if (count === 0) throw new Problem('own-obligation.not-waiting');
  }
}
