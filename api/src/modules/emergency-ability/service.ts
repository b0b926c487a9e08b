import { DateTime } from 'luxon';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { personWithin } from '../people/service.ts';
import { EMERGENCY_END, sourceOf } from './obligations.ts';
import { ASSESSMENT, factOf, readKinds, rowsOf, show } from './records.ts';
import type { AssessmentInput, AssessmentList, NeedsInput, PostNeeds } from './schema.ts';
import { missingOf } from './state.ts';

/** Where no last day is given: the plan of drills is made for a year. */
const USUAL_TERM = { years: 1 };
export type EmergencyAbility = ReturnType<typeof createEmergencyAbility>;

/** What people can do in an emergency: entered, revoked, and compared with their posts. */
export function createEmergencyAbility(parts: {
  units: Units;
  files: Files;
  obligations: Pick<Obligations, 'refresh'>;
  timeZone: string;
}) {
  const { units, files, obligations, timeZone } = parts;
  const today = () => dayAt(new Date(), timeZone);

  async function listOf(tx: Transaction, person: string): Promise<AssessmentList> {
    const rows = await rowsOf(tx, [person]);
    const kinds = await readKinds(tx);
    const row = await tx.person.findFirst({ where: { id: person }, select: { postId: true } });
    const needs = await tx.emergencyNeed.findMany({ where: { postId: row?.postId ?? '' } });
    const missing = missingOf(needs, rows.map(factOf), today());
    return {
      items: await show(tx, files, rows, today()),
      missing: missing.map(({ kind, level }) => ({ kind, level, kindName: kinds.name(kind) })),
    };
  }

  /** @throws Problem `emergency.fields` with the field. */
  async function check({ tx }: Unit, person: string, given: AssessmentInput): Promise<string> {
    const refuse = (field: string, zh: string, en: string) =>
      new Problem('emergency.fields', undefined, { errors: [fieldError(field, zh, en)] });
    if (!(await readKinds(tx)).isActive(given.kind)) {
      throw refuse('kind', '不是在用的应急类型', 'is no kind in use');
    }
    if (given.assessedOn > today()) {
      throw refuse('assessedOn', '不得晚于今天', 'lies in the future');
    }
    const assessor = await tx.person.findFirst({
      where: { id: given.assessorId, mergedInto: null },
    });
    if (!assessor) throw refuse('assessorId', '不是在册人员', 'is no person of the register');
    if (assessor.id === person) throw new Problem('emergency.own');
    const usual = DateTime.fromISO(given.assessedOn, { zone: 'utc' }).plus(USUAL_TERM).toISODate();
    const until = given.validUntil ?? (usual as string);
    if (until < given.assessedOn) {
      throw refuse('validUntil', '早于评估日期', 'is before the assessment');
    }
    return until;
  }

  return {
    ofPerson: (user: User, person: string): Promise<AssessmentList> =>
      units.run(user, async ({ tx, audit }) => {
        await personWithin(tx, user.account, 'emergency:read', person);
        const after = { what: 'emergency-ability' };
        await audit({ action: 'view', entity: 'person', id: person, person, after });
        return listOf(tx, person);
      }),

    own: (user: User): Promise<AssessmentList> =>
      units.run(user, ({ tx }) =>
        user.account.person === null
          ? Promise.resolve({ items: [], missing: [] })
          : listOf(tx, user.account.person),
      ),

    /** @throws Problem `emergency.own` for one's own file, and where the person would be the assessor. */
    add: (user: User, person: string, given: AssessmentInput): Promise<AssessmentList> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await personWithin(tx, user.account, 'emergency:manage', person);
        if (user.account.person === person) throw new Problem('emergency.own');
        if (row.status === 'left') throw new Problem('person.left');
        const validUntil = await check(unit, person, given);
        const { fileIds, assessedOn, ...rest } = given;
        const id = newId();
        await tx.emergencyAssessment.create({
          data: {
            tenantId: user.tenant,
            id,
            personId: person,
            ...rest,
            score: rest.score ?? null,
            assessedOn: dayDate(assessedOn),
            validUntil: dayDate(validUntil),
            enteredBy: user.account.id,
          },
        });
        if (fileIds.length > 0) {
          await files.attach(unit, fileIds, { entity: ASSESSMENT, id, role: 'document' });
        }
        const after = { ...given, validUntil };
        await unit.audit({ action: 'create', entity: ASSESSMENT, id, person, after });
        await unit.emit({
          entity: ASSESSMENT,
          what: 'created',
          subject: id,
          data: { person, kind: given.kind },
        });
        await obligations.refresh(unit, EMERGENCY_END, [sourceOf(person, given.kind)]);
        return listOf(tx, person);
      }),

    /** @throws Problem `emergency.unknown`, `emergency.version-conflict`, `emergency.own`. */
    revoke: (user: User, id: string, { version, reason }: { version: number; reason: string }) =>
      units.run(user, async (unit): Promise<AssessmentList> => {
        const { tx } = unit;
        const row = await tx.emergencyAssessment.findFirst({ where: { id } });
        if (!row) throw new Problem('emergency.unknown');
        await personWithin(tx, user.account, 'emergency:manage', row.personId).catch(() => {
          throw new Problem('emergency.unknown');
        });
        if (user.account.person === row.personId) throw new Problem('emergency.own');
        const { count } = await tx.emergencyAssessment.updateMany({
          where: { id, version, revokedAt: null },
          data: {
            revokedAt: new Date(),
            revokedBy: user.account.id,
            revokeReason: reason,
            version: version + 1,
          },
        });
        if (count === 0) throw new Problem('emergency.version-conflict');
        const { personId: person, kind } = row;
        await unit.audit({ action: 'emergency-revoke', entity: ASSESSMENT, id, person, reason });
        await unit.emit({
          entity: ASSESSMENT,
          what: 'revoked',
          subject: id,
          data: { person, kind },
        });
        await obligations.refresh(unit, EMERGENCY_END, [sourceOf(person, kind)]);
        return listOf(tx, person);
      }),

    /** What a post asks for, and who of it lacks what. */
    ofPost: (user: User, post: string): Promise<PostNeeds> =>
      units.run(user, ({ tx }) => postNeedsOf(tx, user, post)),

    putNeeds: (user: User, post: string, { needs }: NeedsInput): Promise<PostNeeds> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        if (!(await tx.post.findFirst({ where: { id: post } }))) throw new Problem('post.unknown');
        const kinds = await readKinds(tx);
        const isOnce = new Set(needs.map(({ kind }) => kind)).size === needs.length;
        if (!isOnce || needs.some(({ kind }) => !kinds.isActive(kind))) {
          throw new Problem('emergency.fields', 'Each kind in use is named once.');
        }
        const before = await tx.emergencyNeed.findMany({ where: { postId: post } });
        await tx.emergencyNeed.deleteMany({ where: { postId: post } });
        await tx.emergencyNeed.createMany({
          data: needs.map((one) => ({ tenantId: user.tenant, postId: post, ...one })),
        });
        await unit.audit({
          action: 'update',
          entity: 'post',
          id: post,
          before: { emergencyNeeds: before.map(({ kind, level }) => ({ kind, level })) },
          after: { emergencyNeeds: needs },
        });
        return postNeedsOf(tx, user, post);
      }),
  };

  async function postNeedsOf(tx: Transaction, user: User, post: string): Promise<PostNeeds> {
    if (!(await tx.post.findFirst({ where: { id: post } }))) throw new Problem('post.unknown');
    const kinds = await readKinds(tx);
    const needs = await tx.emergencyNeed.findMany({
      where: { postId: post },
      orderBy: { kind: 'asc' },
    });
    const reach = reachOf(user.account, 'emergency:read');
    const people = (
      await tx.person.findMany({
        where: { postId: post, status: 'active' },
        select: {
          id: true,
          name: true,
          departmentId: true,
          department: { select: { site: true } },
        },
        orderBy: { employeeNo: 'asc' },
      })
    ).filter((one) =>
      isWithin(user.account, reach, {
        person: one.id,
        department: one.departmentId,
        site: one.department.site,
      }),
    );
    const rows = await rowsOf(
      tx,
      people.map(({ id }) => id),
    );
    return {
      needs: needs.map(({ kind, level }) => ({ kind, level, kindName: kinds.name(kind) })),
      people: people.map(({ id, name }) => {
        const facts = rows.filter(({ personId }) => personId === id).map(factOf);
        return { id, name, missing: missingOf(needs, facts, today()).map(({ kind }) => kind) };
      }),
    };
  }
}
