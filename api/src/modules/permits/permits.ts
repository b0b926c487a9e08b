import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { fireAction, recordService } from '../../platform/workflow/record.ts';
import { caseColumns } from '../../platform/workflow/record-columns.ts';
import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import { APPROVE, BEGINS, EXPIRE, PERMIT } from './flow.ts';
import { findPermit, type PermitRecords, type PermitRow } from './records.ts';
import { LONGEST_DAYS, type PermitInput, type PermitPatch, type PermitView } from './schema.ts';

const DAY_MS = 86_400_000;
/** Permits that one pass ends. */
const MOST_ENDED = 100;

export type Permits = ReturnType<typeof createPermits>;

/** What users do with permits, and their end by themselves. */
export function createPermits(options: {
  units: Units;
  workflows: Workflows;
  records: PermitRecords;
}) {
  const { units, workflows, records } = options;

  workflows.follow(PERMIT, async (unit, found, change) => {
    // The row is written after the case was started.
    if (change === 'started') return;
    await unit.tx.permit.updateMany({
      where: { id: found.subject.id },
      data: { ...caseColumns(found), enteredAt: found.enteredAt },
    });
  });

  /** @throws Problem `permit.word-unknown` with the field. */
  async function requireKnown(
    { tx }: Unit,
    given: { kind?: string; areaId?: string; people?: string[] | undefined },
  ): Promise<{ area: { name: Bilingual; site: string } | null; kindName: Bilingual | null }> {
    const refuse = (field: string, zh: string, en: string) =>
      new Problem('permit.word-unknown', undefined, { errors: [fieldError(field, zh, en)] });
    const words = given.kind === undefined ? [] : await wordsIn(tx, 'special-work');
    const word = words.find(({ id, active }) => id === given.kind && active);
    if (given.kind !== undefined && !word) {
      throw refuse('kind', `“${given.kind}”不可选。`, `"${given.kind}" is not offered.`);
    }
    const area =
      given.areaId === undefined
        ? null
        : await tx.area.findFirst({
            where: { id: given.areaId, active: true },
            select: { name: true, site: true },
          });
    if (given.areaId !== undefined && !area) {
      throw refuse(
        'areaId',
        `没有在用区域“${given.areaId}”。`,
        `There is no area "${given.areaId}" in use.`,
      );
    }
    const people = [...new Set(given.people ?? [])];
    const known = await tx.person.count({ where: { id: { in: people }, status: 'active' } });
    if (known < people.length) {
      throw refuse('people', '其中有人不在人员台账中。', 'One of them is not in the register.');
    }
    return {
      area: area && { name: area.name as Bilingual, site: area.site },
      kindName: word?.name ?? null,
    };
  }

  /** @throws Problem `permit.times` with the field. */
  function requireTimes(fromAt: Date, toAt: Date): void {
    const refuse = (zh: string, en: string) =>
      new Problem('permit.times', undefined, { errors: [fieldError('toAt', zh, en)] });
    if (toAt <= fromAt) throw refuse('结束时间早于开始时间。', 'It ends before it begins.');
    if (toAt <= new Date()) throw refuse('该时间已经过去。', 'It would be over already.');
    if (toAt.getTime() - fromAt.getTime() > LONGEST_DAYS * DAY_MS) {
      throw refuse(`最长 ${LONGEST_DAYS} 天。`, `It lasts ${LONGEST_DAYS} days at most.`);
    }
  }

  async function create(unit: Unit, user: User, input: PermitInput): Promise<PermitRow> {
    const { area, kindName } = await requireKnown(unit, input);
    const { people, ...given } = input;
    const [fromAt, toAt] = [new Date(input.fromAt), new Date(input.toAt)];
    requireTimes(fromAt, toAt);
    const id = newId();
    const found = await workflows.start(unit, {
      definition: PERMIT,
      subject: { entity: PERMIT, id },
      belonging: { site: area?.site ?? null },
      parts: {},
      title: {
        zh: `${kindName?.zh}：${input.title}（${area?.name.zh}）`,
        en: `${kindName?.en}: ${input.title} (${area?.name.en})`,
      },
      link: `/permits/${id}`,
      dueAt: toAt,
    });
    const row = {
      ...given,
      people: [...new Set(people)],
      fromAt,
      toAt,
      applicantId: user.account.id,
      enteredAt: found.enteredAt,
      ...caseColumns(found),
    };
    await unit.tx.permit.createMany({ data: [{ tenantId: user.tenant, id, ...row }] });
    const { kind, title, areaId } = input;
    await unit.audit({
      action: 'create',
      entity: PERMIT,
      id,
      after: { kind, title, areaId, fromAt: input.fromAt, toAt: input.toAt, people },
    });
    return findPermit(unit.tx, id);
  }

  async function step(unit: Unit, row: PermitRow, action: ActionBody): Promise<PermitRow> {
    const { transition } = action;
    const now = new Date();
    if (transition === EXPIRE && now < row.toAt) throw new Problem('permit.not-time');
    if (BEGINS.includes(transition) && (now < row.fromAt || now >= row.toAt)) {
      throw new Problem('permit.not-time');
    }
    await fireAction(workflows, unit, row, action, { dueAt: row.toAt });
    if (transition === APPROVE) {
      // The database holds it against the applicant, too.
      await unit.tx.permit.updateMany({
        where: { id: row.id },
        data: { approvedBy: unit.caller.account?.id ?? null },
      });
    }
    return findPermit(unit.tx, row.id);
  }

  const record = recordService<PermitRow, ActionBody, PermitView>({
    definition: PERMIT,
    units,
    workflows,
    read: ({ tx }, _account, id) => findPermit(tx, id),
    show: records.show,
    act: (unit, _account, row, action) => step(unit, row, action),
    assignable: () => null,
  });

  return {
    record,
    create: (user: User, input: PermitInput): Promise<PermitView> =>
      units.run(user, async (unit) =>
        records.show(unit, user.account, await create(unit, user, input)),
      ),

    get: (user: User, id: string): Promise<PermitView> =>
      units.run(user, async (unit) =>
        records.show(unit, user.account, await findPermit(unit.tx, id)),
      ),

    /** @throws Problem `permit.no-draft`, `permit.not-yours`, `permit.version-conflict`. */
    change: (user: User, id: string, { revision, ...given }: PermitPatch): Promise<PermitView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        // The lock of a save is the revision; `version` is that of the case.
        const find = async () => {
          const row = await findPermit(tx, id);
          return { row, version: row.revision };
        };
        const { row } = await find();
        if (row.applicantId !== user.account.id) throw new Problem('permit.not-yours');
        if (row.state !== 'draft') throw new Problem('permit.no-draft');
        await requireKnown(unit, { people: given.people });
        const { fromAt, toAt, ...rest } = givenOnly(given);
        const times = {
          fromAt: fromAt === undefined ? row.fromAt : new Date(fromAt),
          toAt: toAt === undefined ? row.toAt : new Date(toAt),
        };
        requireTimes(times.fromAt, times.toAt);
        return saveAtVersion(unit, {
          entity: PERMIT,
          id,
          version: revision,
          conflict: 'permit.version-conflict',
          event: 'changed',
          find,
          write: (next) =>
            tx.permit.updateMany({
              where: { id, revision, state: 'draft' },
              data: { ...rest, ...times, revision: next },
            }),
          show: (one) => records.show(unit, user.account, one.row),
          log: (one) => {
            const { place, description, people, others, fromAt: begins, toAt: ends } = one.row;
            return { place, description, people, others, fromAt: begins, toAt: ends };
          },
        });
      }),

    /**
     * Ends the permits whose time is over, whatever state they are in.
     *
     * @returns how many.
     */
    async endOnce(tenant: string, now = new Date()): Promise<number> {
      const over = await units.run(systemCaller(tenant), ({ tx }) =>
        tx.permit.findMany({
          where: { closedAt: null, toAt: { lte: now } },
          select: { id: true },
          orderBy: { toAt: 'asc' },
          take: MOST_ENDED,
        }),
      );
      for (const { id } of over) {
        await units.run(systemCaller(tenant), async (unit) => {
          await unit.tx.$queryRaw`SELECT 1 FROM permit WHERE id = ${id} FOR UPDATE`;
          const row = await findPermit(unit.tx, id);
          if (row.closedAt !== null || row.toAt > now) return;
          await workflows.fire(unit, {
            case: row.caseId,
            transition: EXPIRE,
            version: row.version,
            fields: {},
            files: [],
            note: null,
          });
        });
      }
      return over.length;
    },
  };
}
