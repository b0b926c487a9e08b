import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import { moveSessions } from '../gates/rebinding.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { eraseNotAgreed, moveConditions } from '../locations/rebinding.ts';
import { BADGE_RETURN } from '../people/badges.ts';
import { remainingOf } from '../people/merged.ts';
import { addedBy, bindBack, holdBadge, holdPeople, rebind } from '../people/rebinding.ts';
import { handlesBack, moveHandles } from '../positions/rebinding.ts';
import type { FileMoves } from '../safety-file/moving.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { keepConsentEnd, relink, restoreName } from '../violations/rebinding.ts';
import { createMoves } from './moves.ts';
import { createPlans, type Kept } from './plan.ts';
import type {
  bindingList,
  Correction,
  CorrectionRequest,
  correctionPage,
  Preview,
  PreviewRequest,
  UndoRequest,
} from './schema.ts';
import { peopleIn, showCorrection } from './show.ts';

const newest = listOrder('badge corrections newest', 'desc', { at: 'time', id: 'id' });
const CORRECTION = 'badge-correction';
/** Transaction limit: enough for the maximum of records on a slow machine, ms. */
const LONGEST = { longestMs: 120_000 };

/** @throws Problem `badge-correction.overlaps` where bindings of before they were checked overlap. */
const apart = <Result>(work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw isRefusedByDatabase(error) ? new Problem('badge-correction.overlaps') : error;
  });

export type BadgeCorrections = ReturnType<typeof createBadgeCorrections>;

/**
 * Who wore a badge, corrected once: every record that was resolved by the wrong binding moves in one unit of work, and can
 * be moved back. What a reviewer chose by hand is named and stays.
 */
export function createBadgeCorrections(parts: {
  units: Units;
  timeZone: string;
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'inTwoPlaces' | 'place'>;
  files: FileMoves;
  obligations: Pick<Obligations, 'refresh'>;
}) {
  const { units, timeZone, files, obligations } = parts;
  const plans = createPlans(parts);
  const moves = createMoves(parts);

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
      units.run(
        user,
        async (unit) => (await plans.correction(unit, user.account, asked)).shown,
        LONGEST,
      ),

    /** @throws Problem `badge-correction.stale` where the preview is not what would move now. */
    make: (user: User, { reason, digest, ...asked }: CorrectionRequest): Promise<Correction> =>
      units.run(
        user,
        async (unit) => {
          const { tx } = unit;
          const worn = await tx.badge.findFirst({ where: { id: asked.binding } });
          // People first: what is being recorded of them, and what they decide of their consent, is before or after this.
          if (worn) await holdPeople(tx, [worn.personId, asked.person]);
          const first = await plans.correction(unit, user.account, asked);
          await moves.hold(
            unit,
            first.depending.map((one) => one.row.id),
          );
          await holdBadge(tx, first.row.badge);
          const plan = await plans.correction(unit, user.account, asked);
          if (plan.wrong !== worn?.personId || plan.shown.digest !== digest) {
            throw new Problem('badge-correction.stale');
          }
          const { row, right, wrong, from, to, depending, sessions, shown } = plan;
          const id = newId();
          const bindings = await apart(rebind(unit, row, { from, to, person: right }));
          const { moved, tail } = bindings;
          const days = { since: from, until: to };
          await moveHandles(tx, timeZone, { from: row.id, to: moved, tail, ...days });
          await moveConditions(tx, { badge: row.badge, person: wrong, from, to }, right);
          await eraseNotAgreed(tx, { badge: row.badge, person: right, from, to });
          const move = { correctionId: id, wrong, right, reason };
          const violations = await moves.move(
            unit,
            depending,
            { wrong, right, binding: moved },
            move,
          );
          await moveSessions(
            tx,
            sessions.map((one) => one.id),
            right,
          );
          await moves.requireMoved(unit, plan, depending);
          // Records after the corrected stretch belong to the new binding of that time.
          if (tail !== null) await relink(tx, { from: [row.id], to: tail, since: to });
          await moves.told(
            unit,
            violations.map((one) => one.id),
          );
          await obligations.refresh(
            unit,
            BADGE_RETURN,
            bindings.after.map((one) => one.id),
          );
          const kept: Kept = { bindings, violations };
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
              sessions: shown.sessions as unknown as Prisma.InputJsonArray,
              kept: kept as unknown as Prisma.InputJsonObject,
            },
          });
          const toCheck = depending.filter((one) => one.what === 'check').length;
          const counts = { moved: depending.length - toCheck, toCheck, sessions: sessions.length };
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
        },
        LONGEST,
      ),

    previewUndo: (user: User, id: string): Promise<Preview> =>
      units.run(user, async (unit) => (await plans.undoing(unit, user.account, id)).shown, LONGEST),

    /**
     * Moves back all that depends on a correction by now, also what was recorded and confirmed since.
     *
     * @throws Problem `badge-correction.undone`, `badge-correction.changed-since`, `badge-correction.stale`.
     */
    undo: (user: User, id: string, { reason, digest }: UndoRequest): Promise<Correction> =>
      units.run(
        user,
        async (unit) => {
          const { tx } = unit;
          const made = await tx.badgeCorrection.findFirst({ where: { id } });
          if (!made) throw new Problem('badge-correction.unknown');
          const two = [made.fromPerson, made.toPerson];
          await holdPeople(tx, two);
          // Held, neither is joined with another file nor parted from it meanwhile.
          await holdPeople(tx, await Promise.all(two.map((one) => remainingOf(tx, one))));
          const first = await plans.undoing(unit, user.account, id);
          await moves.hold(
            unit,
            first.shown.items.map((one) => one.violation),
          );
          await holdBadge(tx, made.badge);
          const plan = await plans.undoing(unit, user.account, id);
          if (plan.shown.digest !== digest) throw new Problem('badge-correction.stale');
          const { wrong, right, from, to, kept, depending, restored, sessions, shown } = plan;
          const { count } = await tx.badgeCorrection.updateMany({
            where: { id, undoneAt: null },
            data: {
              undoneBy: user.account.id,
              undoneByName: user.account.displayName,
              undoneAt: new Date(),
              undoneReason: reason,
              notMovedBack: shown.items
                .filter((one) => one.what !== 'moves')
                .map((one) => one.violation),
            },
          });
          if (count === 0) throw new Problem('badge-correction.undone');
          const binding = made.bindingId;
          const move = { correctionId: id, wrong, right, reason };
          await moves.move(unit, depending, { wrong, right, binding }, move);
          for (const one of depending) {
            const before = kept.violations.find((other) => other.id === one.row.id);
            if (one.what !== 'moves' || !before?.named || before.version !== one.row.version) {
              continue;
            }
            await keepConsentEnd(tx, one.row.id, right, before.consentEndedAt);
          }
          for (const one of restored) {
            // In an undo the roles of the two people are swapped.
            const people = { binding, wrong: right, right: wrong };
            await restoreName(tx, user.tenant, one.kept, people);
            const now = await tx.violation.findFirstOrThrow({ where: { id: one.row.id } });
            if (one.kept.named) await files.move(unit, now, move);
          }
          await moveSessions(
            tx,
            sessions.map((one) => one.id),
            right,
          );
          await moves.requireMoved(unit, plan, depending);
          const gone = addedBy(kept.bindings);
          await handlesBack(tx, { gone, to: binding });
          await relink(tx, { from: gone, to: binding });
          await apart(bindBack(unit, kept.bindings));
          await moveConditions(tx, { badge: made.badge, person: wrong, from, to }, right);
          await eraseNotAgreed(tx, { badge: made.badge, person: right, from, to });
          await moves.told(
            unit,
            [...depending, ...restored].map((one) => one.row.id),
          );
          await obligations.refresh(
            unit,
            BADGE_RETURN,
            kept.bindings.after.map((one) => one.id),
          );
          const movedBack = shown.items.filter((one) => one.what === 'moves').length;
          await unit.audit({
            action: 'undo-correction',
            entity: CORRECTION,
            id,
            after: { movedBack, left: shown.items.length - movedBack, sessions: sessions.length },
            reason,
          });
          await unit.emit({
            entity: CORRECTION,
            what: 'undone',
            subject: id,
            data: { correction: id, from: right, to: wrong },
          });
          return showCorrection(tx, id);
        },
        LONGEST,
      ),

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
