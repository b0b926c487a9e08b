import { ulid } from 'ulid';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { AuditAction } from '../../platform/audit/words.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { meanings } from './flow.ts';
import { toldOutside } from './outside.ts';
import type { HazardParts } from './parts.ts';
import { findHazard } from './rows.ts';
import type {
  appealDecisionBody,
  HazardPenalty,
  hazardPenalties,
  penaltyBody,
  penaltyQuery,
} from './setup-schema.ts';
import { mayIdentify } from './visibility.ts';

type User = Caller & { account: Account };
type Row = Prisma.HazardPenaltyModel;
type Bilingual = { zh: string; en: string };
/** The order of the list of decisions. */
const newest = listOrder('hazard penalties', 'desc', { id: 'id' });
export type Penalties = ReturnType<typeof createPenalties>;

/**
 * Decisions on false reports and forged rectifications (弄虚作假). The system never decides: findings
 * are hints, a person of the safety department decides with reasons, and the person concerned may
 * appeal to another decision maker. The performance module reads the effective ones.
 */
export function createPenalties({
  units,
  workflows,
  notices,
}: Pick<HazardParts, 'units' | 'workflows' | 'notices'>) {
  async function concerned(unit: Unit, id: string) {
    const { account } = unit.caller as User;
    const row = await unit.tx.hazardPenalty.findFirst({ where: { id } });
    const hazard = row && (await findHazard(unit.tx, row.hazardId));
    if (!row || !hazard) throw new Problem('hazard.penalty-unknown');
    const own = row.userId === account.id;
    if (!own && !mayIdentify(account, hazard)) throw new Problem('hazard.penalty-unknown');
    return { row, hazard, own, show: () => show(row, hazard.no) };
  }

  return {
    /** One's own; with the right to identify reporters, all within its reach. */
    list(
      caller: User,
      query: z.infer<typeof penaltyQuery>,
    ): Promise<z.infer<typeof hazardPenalties>> {
      const { account } = caller;
      return units.run(caller, async (unit) => {
        const all = account.permissions.get('hazard:identify') === 'all';
        const found = await unit.tx.hazardPenalty.findMany({
          where: {
            AND: [
              all ? {} : { userId: account.id },
              query.status ? { status: query.status } : {},
              newest.beyond(newest.after(query.cursor)),
            ],
          },
          orderBy: newest.by(),
          take: query.limit + 1,
        });
        const { rows, next } = newest.page(found, query.limit);
        const hazards = await unit.tx.hazard.findMany({
          where: { id: { in: rows.map(({ hazardId }) => hazardId) } },
          select: { id: true, no: true },
        });
        const numbers = new Map(hazards.map(({ id, no }) => [id, no]));
        if (all && rows.length > 0) await unit.audit({ action: 'view', entity: 'hazard-penalty' });
        return { items: rows.map((row) => show(row, numbers.get(row.hazardId) ?? '')), next };
      });
    },

    /** @throws Problem `hazard.*`, `auth.forbidden` for a decision about oneself */
    decide(
      caller: User,
      hazardId: string,
      body: z.infer<typeof penaltyBody>,
    ): Promise<HazardPenalty> {
      return units.run(caller, async (unit) => {
        const { account, tenant } = caller;
        const hazard = await findHazard(unit.tx, hazardId);
        if (!hazard || !mayIdentify(account, hazard)) throw new Problem('hazard.unknown');
        const steps = await workflows.history(unit, hazard.caseId);
        const handedIn = steps.findLast(
          (step) => step.transition !== null && meanings.handsIn.includes(step.transition),
        );
        const user =
          body.kind === 'false-report'
            ? { id: hazard.reporterId, displayName: hazard.reporterName }
            : handedIn?.by;
        if (!user)
          throw new Problem('request.invalid', 'Nobody has handed in a rectification yet.');
        if (user.id === account.id || hazard.parties.includes(account.id)) {
          throw new Problem(
            'auth.forbidden',
            'You took part in this hazard; another person has to decide.',
          );
        }
        const known = new Set(hazard.findings.map(({ id }) => id));
        if (body.findingIds.some((id) => !known.has(id))) {
          throw new Problem(
            'request.invalid',
            'A finding that is named is not one of this hazard.',
          );
        }
        const who = await unit.tx.appUser.findFirst({ where: { id: user.id } });
        const data = {
          tenantId: tenant,
          id: ulid(),
          hazardId,
          kind: body.kind,
          userId: user.id,
          userName: user.displayName,
          personId: who?.personId ?? null,
          findingIds: body.findingIds,
          reason: body.reason,
          decidedBy: account.id,
          decidedByName: account.displayName,
        };
        const { count } = await unit.tx.hazardPenalty.createMany({
          data: [data],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('hazard.penalty-exists');
        await tell(unit, 'penalised', data.id, { ...data });
        // The person concerned is notified, with the option to appeal.
        await notices.notify(unit, {
          to: [user.id],
          kind: 'hazard.penalty',
          severity: 'warning',
          title: NAMES[body.kind],
          body: {
            zh: `${hazard.no}：${body.reason}。如有异议，可申诉，由他人复核。`,
            en: `${hazard.no}: ${body.reason}. You may appeal; someone else decides then.`,
          },
          link: noticeLink('hazard.penalty', data.id),
          subject: { entity: 'hazard-penalty', id: data.id },
        });
        const row = await unit.tx.hazardPenalty.findFirstOrThrow({ where: { id: data.id } });
        return show(row, hazard.no);
      });
    },

    appeal(caller: User, id: string, text: string): Promise<HazardPenalty> {
      return units.run(caller, async (unit) => {
        const { row, hazard, own } = await concerned(unit, id);
        if (!own) throw new Problem('auth.forbidden', 'Only who is concerned may appeal.');
        if (row.status !== 'in-force') throw new Problem('hazard.penalty-exists');
        const change = { status: 'appealed', appeal: text, appealedAt: new Date() };
        await unit.tx.hazardPenalty.updateMany({ where: { id, status: 'in-force' }, data: change });
        await tell(unit, 'penalty-appealed', id, row);
        return show({ ...row, ...change }, hazard.no);
      });
    },

    decideAppeal(
      caller: User,
      id: string,
      body: z.infer<typeof appealDecisionBody>,
    ): Promise<HazardPenalty> {
      return units.run(caller, async (unit) => {
        const { account } = caller;
        const { row, hazard, own } = await concerned(unit, id);
        if (own || row.decidedBy === account.id) {
          throw new Problem('auth.forbidden', 'Someone else has to decide on the appeal.');
        }
        if (row.status !== 'appealed') throw new Problem('hazard.penalty-exists');
        const status = body.uphold ? ('upheld' as const) : ('revoked' as const);
        const change = {
          status,
          appealDecision: body.reason,
          appealBy: account.id,
          appealEndedAt: new Date(),
        };
        await unit.tx.hazardPenalty.updateMany({ where: { id, status: 'appealed' }, data: change });
        await tell(unit, `penalty-${status}`, id, row);
        return show({ ...row, ...change }, hazard.no);
      });
    },
  };
}

const NAMES = {
  'false-report': { zh: '虚假上报认定', en: 'Found to be a false report' },
  'forged-rectification': { zh: '伪造整改认定', en: 'Found to be a forged rectification' },
};

async function tell(
  unit: Unit,
  what: AuditAction,
  id: string,
  row: Pick<Row, 'kind' | 'hazardId' | 'userId' | 'personId' | 'reason'>,
): Promise<void> {
  const { kind, hazardId, userId, personId, reason } = row;
  await unit.audit({
    action: what,
    entity: 'hazard-penalty',
    id,
    person: personId,
    after: { kind, hazardId, userId },
    reason,
  });
  // The subject is the decision and not the hazard: a false report is decided on about its reporter.
  await unit.emit({
    entity: 'hazard',
    what,
    subject: id,
    data: toldOutside({ penalty: id, kind }),
  });
}

function show(row: Row, hazardNo: string): HazardPenalty {
  return {
    id: row.id,
    hazardId: row.hazardId,
    hazardNo,
    kind: row.kind as HazardPenalty['kind'],
    user: { id: row.userId, displayName: row.userName as Bilingual },
    personId: row.personId,
    findingIds: row.findingIds,
    reason: row.reason,
    decidedBy: { id: row.decidedBy, displayName: row.decidedByName as Bilingual },
    decidedAt: row.decidedAt.toISOString(),
    status: row.status as HazardPenalty['status'],
    appeal:
      row.appeal === null
        ? null
        : {
            text: row.appeal,
            at: (row.appealedAt ?? row.decidedAt).toISOString(),
            decision: row.appealDecision,
            decidedAt: row.appealEndedAt?.toISOString() ?? null,
          },
  };
}
