import type { z } from 'zod';
import { reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Rules } from '../../platform/rules/service.ts';
import { personWithin } from '../people/service.ts';
import { hold, managed } from './changing.ts';
import { checkFields } from './check-fields.ts';
import type { Numbers, SealedField } from './numbers.ts';
import type { Refresh } from './obligations.ts';
import { QUALIFICATION, type Records } from './records.ts';
import { removal } from './removal.ts';
import { dates, daysOf } from './row-days.ts';
import { attachScans } from './scans.ts';
import type {
  OwnInput,
  QualificationInput,
  QualificationPatch,
  QualificationView,
  qualificationList,
} from './schema.ts';
import type { QualificationType } from './state.ts';
import type { Tell } from './tell.ts';
import { readCategories } from './words.ts';

/** As the audit log says them: never the plain number or detail. */
const LOGGED = [
  'type',
  'category',
  'level',
  'number',
  'issuer',
  'issuedOn',
  'validFrom',
  'validUntil',
  'reviewedOn',
  'reviewDueOn',
  'reviewExtendedUntil',
  'result',
] as const;

export type Qualifications = ReturnType<typeof createQualifications>;

/** Operations on qualifications of people: enter, correct, reveal. */
export function createQualifications(options: {
  units: Units;
  files: Files;
  rules: Rules;
  numbers: Numbers;
  records: Records;
  tell: Tell;
  refresh: Refresh;
}) {
  const { units, files, rules, numbers, records, tell, refresh } = options;

  const attach = attachScans(files);
  const checked = checkFields(rules);

  async function create(
    unit: Unit,
    user: User,
    personId: string,
    input: QualificationInput,
    own: boolean,
  ): Promise<QualificationView> {
    const { tx } = unit;
    const { type, category, fileIds, number, detail, ...given } = input;
    (await readCategories(tx)).require(type, category);
    const days = await checked(tx, type, { ...given, detail });
    const id = newId();
    const stored = await numbers.columnsOf(tx, user.tenant, { id, personId }, number);
    await tx.qualification.create({
      data: {
        tenantId: user.tenant,
        id,
        personId,
        type,
        category,
        level: given.level,
        issuer: given.issuer,
        result: given.result,
        notFor: given.notFor,
        ...stored,
        ...dates(days),
        detailSealed: detail ? await numbers.seal(tx, user.tenant, id, 'detail', detail) : null,
        own,
        enteredBy: user.account.id,
        status: own ? 'waiting' : 'counted',
        ...(own ? {} : { checkedBy: user.account.id, checkedAt: new Date() }),
      },
    });
    await attach(unit, { id, type }, fileIds);
    const shown = await records.showOne(tx, user, id);
    const after = { ...pick(shown, LOGGED), own, files: fileIds };
    await unit.audit({ action: 'create', entity: QUALIFICATION, id, person: personId, after });
    const data = { qualification: id, person: personId, type, category };
    await unit.emit({
      entity: QUALIFICATION,
      what: own ? 'uploaded' : 'created',
      subject: id,
      data,
    });
    if (own) await tell.uploaded(unit, user, shown);
    else await refresh(unit, { personId, type, category });
    return shown;
  }

  /** What the office enters counts at once; what is one's own waits for another person. */
  async function addWithin(
    unit: Unit,
    user: User,
    person: string,
    input: QualificationInput,
  ): Promise<QualificationView> {
    const needs = input.type === 'fitness' ? 'fitness:manage' : 'qualification:manage';
    // The route asks for qualification:manage; results of medical checks need their own permission.
    reachOf(user.account, needs);
    const row = await personWithin(unit.tx, user.account, needs, person);
    if (row.status === 'left') throw new Problem('qualification.person-left');
    const isOwn = user.account.person === person;
    if (isOwn && input.type === 'fitness') throw new Problem('qualification.own');
    return create(unit, user, person, input, isOwn);
  }

  /** Corrects one that counts. A renewal is a new one, so that each keeps its own days. */
  async function changeWithin(
    unit: Unit,
    user: User,
    id: string,
    patch: QualificationPatch,
  ): Promise<QualificationView> {
    const { tx } = unit;
    const { version, fileIds, number, detail, ...given } = patch;
    const row = await managed(records, unit, user, id, version);
    const type = row.type as QualificationType;
    const next = {
      level: row.level,
      issuer: row.issuer,
      result: row.result,
      notFor: row.notFor,
      ...daysOf(row),
      ...givenOnly(given),
    };
    // Without its extension the review is due by the law again.
    if (
      next.reviewExtendedUntil === null &&
      next.reviewDueOn === dayText(row.reviewExtendedUntil)
    ) {
      next.reviewDueOn = null;
    }
    // A day that is left out follows from the law again.
    const days = await checked(tx, type, { ...next, detail });
    const stored =
      number === undefined ? {} : await numbers.columnsOf(tx, user.tenant, row, number);
    const sealed =
      detail === undefined
        ? {}
        : {
            detailSealed:
              detail === null ? null : await numbers.seal(tx, user.tenant, id, 'detail', detail),
          };
    const { level, issuer, result, notFor } = next;
    await saveAtVersion(unit, {
      entity: QUALIFICATION,
      id,
      person: row.personId,
      version,
      conflict: 'qualification.version-conflict',
      find: () => records.find(tx, id),
      write: (to) =>
        tx.qualification.updateMany({
          where: { id, version },
          data: {
            level,
            issuer,
            result,
            notFor,
            ...dates(days),
            ...stored,
            ...sealed,
            version: to,
          },
        }),
      show: () => records.showOne(tx, user, id),
      touched: detail === undefined ? [] : ['hasDetail'],
      event: 'changed',
    });
    await attach(unit, row, fileIds);
    await refresh(unit, row);
    return records.showOne(tx, user, id);
  }

  return {
    get: (user: User, id: string): Promise<QualificationView> =>
      units.run(user, async ({ tx }) => {
        await records.within(tx, user.account, 'qualification:read', id);
        return records.showOne(tx, user, id);
      }),

    /** All of a person, those that end last first. */
    ofPerson: (user: User, person: string): Promise<z.infer<typeof qualificationList>> =>
      units.run(user, async ({ tx }) => {
        await personWithin(tx, user.account, 'qualification:read', person);
        return { items: await listOf(tx, user, person) };
      }),

    own: (user: User): Promise<z.infer<typeof qualificationList>> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        return { items: person === null ? [] : await listOf(tx, user, person) };
      }),

    add: (user: User, person: string, input: QualificationInput): Promise<QualificationView> =>
      units.run(user, (unit) => addWithin(unit, user, person, input)),

    /** For the import, within its unit of work. */
    addWithin,
    changeWithin,
    checkTerms: checked,
    rules: rules.book,
    removeUnchanged: removal({ records, refresh }),

    /** What a person sends of their own; it counts once another person accepted it. */
    addOwn: (user: User, input: OwnInput): Promise<QualificationView> =>
      units.run(user, async (unit) => {
        const { person } = user.account;
        if (person === null) throw new Problem('qualification.no-person');
        if (input.type === 'fitness') throw new Problem('qualification.own');
        return create(
          unit,
          user,
          person,
          { ...input, result: null, detail: null, notFor: [] },
          true,
        );
      }),

    /** Takes back what waits. The record stays in the history. */
    withdrawOwn: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await hold(tx, id);
        const row = await tx.qualification.findFirst({
          where: { id, personId: user.account.person ?? '', own: true },
        });
        if (!row) throw new Problem('qualification.unknown');
        if (row.status !== 'waiting') {
          const current = await records.showOne(tx, user, id);
          throw new Problem('qualification.not-now', undefined, { current });
        }
        await tx.qualification.updateMany({
          where: { id },
          data: { status: 'withdrawn', checkedAt: new Date(), version: row.version + 1 },
        });
        const line = { entity: QUALIFICATION, id, person: row.personId } as const;
        await unit.audit({ ...line, action: 'qualification-withdraw' });
      }),

    change: (user: User, id: string, patch: QualificationPatch): Promise<QualificationView> =>
      units.run(user, (unit) => changeWithin(unit, user, id, patch)),

    /** The plain number or the details of a medical check, with a reason for the audit log. */
    reveal: (user: User, id: string, field: SealedField, reason: string) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const permission = field === 'number' ? 'person:reveal' : 'fitness:reveal';
        const row = await records.within(tx, user.account, permission, id);
        const value = field === 'number' ? row.numberSealed : row.detailSealed;
        if (value === null) throw new Problem('qualification.nothing-sealed');
        const plain = await numbers.open(tx, user.tenant, id, field, value);
        await unit.audit({
          action: 'reveal',
          entity: QUALIFICATION,
          id,
          person: row.personId,
          after: { field },
          reason,
        });
        return { value: plain };
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await records.within(tx, user.account, 'qualification:read', id);
        return historyOf(tx, { [QUALIFICATION]: [[id, null]] });
      }),
  };

  async function listOf(tx: Transaction, user: User, person: string) {
    const rows = await tx.qualification.findMany({
      where: { personId: person },
      include: records.include,
      orderBy: [{ validUntil: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
      take: 500,
    });
    return records.show(tx, user, rows, { withFiles: true });
  }
}
