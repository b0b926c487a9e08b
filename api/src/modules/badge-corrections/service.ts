import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { countNotAgreed, eraseNotAgreed } from '../locations/rebinding.ts';
import { BADGE_RETURN } from '../people/badges.ts';
import { bindBack, holdBadge, isAsLeft, type Rebound, rebind } from '../people/rebinding.ts';
import { type HandleKept, handlesBack, moveHandles } from '../positions/rebinding.ts';
import type { FileMoves } from '../safety-file/moving.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { kindNames, kindOf } from '../violations/kind.ts';
import {
  type Depending,
  dependingOn,
  holdViolations,
  moveName,
  moveNameBack,
  type Rebinding,
  type ViolationKept,
} from '../violations/rebinding.ts';
import { showViolation } from '../violations/view.ts';
import type {
  bindingList,
  Correction,
  CorrectionRequest,
  correctionPage,
  MovedItem,
  Preview,
  PreviewRequest,
} from './schema.ts';
import { peopleIn, showCorrection } from './show.ts';

const newest = listOrder('badge corrections newest', 'desc', { at: 'time', id: 'id' });
const CORRECTION = 'badge-correction';

/** What is needed to move a correction back. */
interface Kept {
  bindings: Rebound;
  handles: HandleKept[];
  violations: ViolationKept[];
}

/** A correction that is asked for, checked. */
interface Plan extends Rebinding {
  row: Prisma.BadgeModel;
  depending: Depending[];
  shown: Preview;
}

export type BadgeCorrections = ReturnType<typeof createBadgeCorrections>;

/**
 * Who wore a badge, corrected once: every record that was resolved by the wrong binding moves in one unit of work, and can
 * be moved back. What a reviewer chose by hand is named and stays.
 */
export function createBadgeCorrections(parts: {
  units: Units;
  timeZone: string;
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'place'>;
  files: FileMoves;
  obligations: Pick<Obligations, 'refresh'>;
}) {
  const { units, timeZone, events, incidents, files, obligations } = parts;

  function requireOther({ person }: Account, people: readonly string[]): void {
    if (person !== null && people.includes(person)) throw new Problem('badge-correction.own-case');
  }

  async function planOf(tx: Transaction, account: Account, asked: PreviewRequest): Promise<Plan> {
    const row = await tx.badge.findFirst({ where: { id: asked.binding } });
    if (!row) throw new Problem('badge-correction.binding-unknown');
    const right = await tx.person.findFirst({ where: { id: asked.person } });
    const from = asked.from === null ? row.since : new Date(asked.from);
    const to = asked.to === null ? row.until : new Date(asked.to);
    const refuse = (field: string, message: string) =>
      new Problem('badge-correction.times', undefined, { errors: [{ field, message }] });
    if (from < row.since) throw refuse('from', 'The binding began later.');
    const end = row.until ?? new Date();
    if (to !== null && (to <= from || to > end)) {
      throw refuse('to', 'It is after the begin, and within the binding.');
    }
    if (to === null && from >= end) throw refuse('from', 'The binding ended before.');
    const isLeaver = right?.status === 'left' && to === null;
    if (!right || isLeaver || right.id === row.personId) {
      throw new Problem('badge-correction.person-unknown');
    }
    requireOther(account, [row.personId, right.id]);
    const change: Rebinding = { binding: row.id, wrong: row.personId, right: right.id, from, to };
    const depending = await dependingOn(tx, change);
    const entries = await files.countingBy(
      tx,
      row.personId,
      depending.map((one) => one.row.id),
    );
    const names = await kindNames(tx);
    const items = depending.map(
      (one): MovedItem => ({
        violation: one.row.id,
        kindName: names(kindOf(one.row)),
        startedAt: one.row.startedAt.toISOString(),
        status: one.row.status as MovedItem['status'],
        named: one.named || (one.what === 'check' && one.row.personId === row.personId),
        entry: entries.get(one.row.id) ?? null,
        what: one.what,
        why: one.why,
      }),
    );
    const stretch = { badge: row.badge, person: right.id, from, to };
    const versions = depending.map((one) => [one.row.id, one.row.version, one.what]);
    const digest = createHash('sha256')
      .update(JSON.stringify([row.id, row.personId, right.id, from, to, versions]))
      .digest('hex');
    const people = await peopleIn(tx, [row.personId, right.id]);
    const shown: Preview = {
      badge: row.badge,
      wrong: people(row.personId),
      right: people(right.id),
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
      items,
      positions: await countNotAgreed(tx, stretch),
      digest,
    };
    return { ...change, row, depending, shown };
  }

  /** Sites before violations, as verdicts do. */
  async function hold(unit: Unit, violations: readonly string[]): Promise<string[]> {
    const rows = await unit.tx.violation.findMany({
      where: { id: { in: [...violations] } },
      select: { site: true },
    });
    const sites = [...new Set(rows.map(({ site }) => site))].sort();
    for (const site of sites) await incidents.hold(unit, site);
    await holdViolations(unit.tx, violations);
    return sites;
  }

  /** Tells of a violation that changed, and lets acts part or join by the names. */
  async function told(unit: Unit, id: string): Promise<void> {
    const row = await unit.tx.violation.findFirstOrThrow({ where: { id } });
    await events.emit(unit, 'updated', showViolation(row));
    await incidents.place(unit, row, { isSeen: true });
  }

  return {
    bindings: (user: User, badge: string): Promise<z.infer<typeof bindingList>> =>
      units.run(user, async ({ tx, audit }) => {
        const rows = await tx.badge.findMany({
          where: { badge },
          orderBy: [{ since: 'desc' }, { id: 'desc' }],
          take: 100,
        });
        await audit({ action: 'search', entity: CORRECTION, after: { badge, found: rows.length } });
        const people = await peopleIn(
          tx,
          rows.map(({ personId }) => personId),
        );
        return {
          items: rows.map((row) => ({
            id: row.id,
            badge: row.badge,
            person: people(row.personId),
            since: row.since.toISOString(),
            until: row.until?.toISOString() ?? null,
          })),
        };
      }),

    preview: (user: User, asked: PreviewRequest): Promise<Preview> =>
      units.run(user, async ({ tx }) => (await planOf(tx, user.account, asked)).shown),

    /** @throws Problem `badge-correction.stale` where the preview is not what would move now. */
    make: (user: User, { reason, digest, ...asked }: CorrectionRequest): Promise<Correction> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const first = await planOf(tx, user.account, asked);
        await hold(
          unit,
          first.depending.map(({ row }) => row.id),
        );
        await holdBadge(tx, first.row.badge);
        const plan = await planOf(tx, user.account, asked);
        if (plan.shown.digest !== digest) throw new Problem('badge-correction.stale');
        const { row, right, wrong, from, to, depending, shown } = plan;
        const id = newId();
        const bindings = await rebind(unit, row, { from, to, person: right });
        const handles = await moveHandles(tx, timeZone, {
          from: row.id,
          to: bindings.moved,
          since: from,
          until: to,
        });
        await eraseNotAgreed(tx, { badge: row.badge, person: right, from, to });
        const move = { correctionId: id, wrong, right, reason };
        const violations: ViolationKept[] = [];
        for (const one of depending) {
          if (one.what === 'check') continue;
          violations.push(await moveName(tx, one, plan, bindings.moved));
          const now = await tx.violation.findFirstOrThrow({ where: { id: one.row.id } });
          if (one.named) await files.move(unit, now, move);
        }
        for (const one of violations) await told(unit, one.id);
        await obligations.refresh(
          unit,
          BADGE_RETURN,
          bindings.after.map((one) => one.id),
        );
        const kept: Kept = { bindings, handles, violations };
        await tx.badgeCorrection.create({
          data: {
            tenantId: user.tenant,
            id,
            badge: row.badge,
            bindingId: row.id,
            fromPerson: wrong,
            toPerson: right,
            fromAt: from,
            toAt: to,
            reason,
            byUser: user.account.id,
            byName: user.account.displayName,
            moved: shown.items as unknown as Prisma.InputJsonArray,
            kept: kept as unknown as Prisma.InputJsonObject,
          },
        });
        const counts = { moved: violations.length, toCheck: depending.length - violations.length };
        await unit.audit({
          action: 'create',
          entity: CORRECTION,
          id,
          after: { badge: row.badge, from: wrong, to: right, ...counts },
          reason,
        });
        await unit.emit({
          entity: CORRECTION,
          what: 'made',
          subject: id,
          data: { correction: id, from: wrong, to: right },
        });
        return showCorrection(tx, id);
      }),

    /** @throws Problem `badge-correction.undone`, `badge-correction.changed-since`. */
    undo: (user: User, id: string, reason: string): Promise<Correction> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await tx.badgeCorrection.findFirst({ where: { id } });
        if (!row) throw new Problem('badge-correction.unknown');
        const { fromPerson: wrong, toPerson: right } = row;
        requireOther(user.account, [wrong, right]);
        const kept = row.kept as unknown as Kept;
        await hold(
          unit,
          kept.violations.map((one) => one.id),
        );
        await holdBadge(tx, row.badge);
        const { count } = await tx.badgeCorrection.updateMany({
          where: { id, undoneAt: null },
          data: {
            undoneBy: user.account.id,
            undoneByName: user.account.displayName,
            undoneAt: new Date(),
            undoneReason: reason,
          },
        });
        if (count === 0) throw new Problem('badge-correction.undone');
        if (!(await isAsLeft(tx, kept.bindings))) {
          throw new Problem('badge-correction.changed-since');
        }
        await handlesBack(tx, kept.handles);
        await bindBack(unit, kept.bindings);
        const move = { correctionId: id, wrong, right, reason };
        const left: string[] = [];
        for (const one of kept.violations) {
          const change = { binding: row.bindingId, wrong };
          if (await moveNameBack(tx, user.tenant, one, change)) {
            if (one.named) await files.back(unit, one.id, move);
            await told(unit, one.id);
          } else left.push(one.id);
        }
        await tx.badgeCorrection.updateMany({ where: { id }, data: { notMovedBack: left } });
        await obligations.refresh(
          unit,
          BADGE_RETURN,
          kept.bindings.after.map((one) => one.id),
        );
        await unit.audit({
          action: 'undo-correction',
          entity: CORRECTION,
          id,
          after: { movedBack: kept.violations.length - left.length, left: left.length },
          reason,
        });
        await unit.emit({
          entity: CORRECTION,
          what: 'undone',
          subject: id,
          data: { correction: id, from: wrong, to: right },
        });
        return showCorrection(tx, id);
      }),

    list: (
      user: User,
      { cursor, limit }: { cursor?: string | undefined; limit: number },
    ): Promise<z.infer<typeof correctionPage>> =>
      units.run(user, async ({ tx }) => {
        const found = await tx.badgeCorrection.findMany({
          where: newest.beyond<Prisma.BadgeCorrectionWhereInput>(newest.after(cursor)),
          orderBy: newest.by(),
          take: limit + 1,
          select: { id: true, at: true },
        });
        const { rows, next } = newest.page(found, limit);
        const items: Correction[] = [];
        for (const { id } of rows) items.push(await showCorrection(tx, id));
        return { items, next };
      }),
  };
}
