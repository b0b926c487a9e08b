import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { joinConsents } from '../consent/joining.ts';
import { readFacts } from '../facts.ts';
import type { PeopleBirths } from '../people/born.ts';
import { closeFile, holdFiles } from '../people/merged.ts';
import { joinSealed } from '../people/sealed-joining.ts';
import type { SensitiveStore } from '../people/sensitive.ts';
import { moveHoldings, openHoldingOf } from '../posts/merging.ts';
import { giveViolations } from '../violations/merging.ts';
import { findCandidates } from './candidates.ts';
import { type ColumnKept, moves as isMoving, moveColumn, personColumns } from './columns.ts';
import type { MergeKept, MergeMoves } from './moves.ts';
import type { MergePlan, MergePlans } from './plan.ts';
import type {
  candidateList,
  Merge,
  MergePreview,
  MergePreviewRequest,
  MergeRequest,
  mergePage,
  UndoPreview,
  UndoRequest,
} from './schema.ts';
import { showMerge } from './show.ts';
import type { MergeTell } from './tell.ts';
import type { MergeUndo } from './undo.ts';

const newest = listOrder('person merges newest', 'desc', { at: 'time', id: 'id' });
export const MERGE = 'person-merge';
/** Transaction limit: enough for the maximum of records on a slow machine, ms. */
const LONGEST = { longestMs: 120_000 };

export type PersonMerges = ReturnType<typeof createPersonMerges>;

/** @throws Problem `person-merge.blocked`, `person-merge.not-accepted` with the conflicts. */
function requireAccepted({ shown }: MergePlan, accepted: readonly string[]): void {
  const { conflicts } = shown;
  if (conflicts.some(({ blocks }) => blocks)) {
    throw new Problem('person-merge.blocked', undefined, { conflicts });
  }
  if (conflicts.some(({ code }) => !accepted.includes(code))) {
    throw new Problem('person-merge.not-accepted', undefined, { conflicts });
  }
}

/**
 * Two files of one person are joined by a person, never by themselves: everything that belongs to one moves to the other in
 * one unit of work, the id of the first leads to the second, and all of it can be parted again.
 */
export function createPersonMerges(parts: {
  units: Units;
  births: PeopleBirths;
  sensitive: SensitiveStore;
  plan: MergePlans;
  moves: MergeMoves;
  undo: MergeUndo;
  tell: MergeTell;
}) {
  const { units, births, sensitive, plan, moves, undo, tell } = parts;

  async function moveAll(unit: Unit, pair: PersonPair): Promise<MergeKept> {
    const { tx } = unit;
    const columns: ColumnKept[] = [];
    for (const column of personColumns.filter(isMoving)) {
      columns.push(await moveColumn(tx, column, pair));
    }
    const sealed = await joinSealed(unit, sensitive, pair);
    const violations = await giveViolations(tx, pair);
    const open = await openHoldingOf(tx, pair.from);
    const file = await closeFile(unit, pair);
    const holdings = await moveHoldings(tx, pair, open);
    return { columns, violations, sealed, holdings, file };
  }

  return {
    candidates: (user: User): Promise<z.infer<typeof candidateList>> =>
      units.run(user, async ({ tx, audit }) => {
        const items = await findCandidates(tx, user.tenant, births);
        await audit({ action: 'search', entity: MERGE, after: { found: items.length } });
        return { items };
      }),

    preview: (user: User, pair: MergePreviewRequest): Promise<MergePreview> =>
      units.run(
        user,
        async (unit) => {
          const { shown } = await plan(unit, user.account, pair);
          for (const person of [pair.from, pair.into]) {
            const after = { what: 'merge-preview' };
            await unit.audit({ action: 'view', entity: 'person', id: person, person, after });
          }
          return shown;
        },
        LONGEST,
      ),

    /** @throws Problem `person-merge.stale` where the preview is not what would move now. */
    make: (user: User, { reason, digest, accepted, ...pair }: MergeRequest): Promise<Merge> =>
      units.run(
        user,
        async (unit) => {
          const { tx } = unit;
          // Files first: what is written for them is before or after this.
          await holdFiles(tx, [pair.from, pair.into]);
          const first = await plan(unit, user.account, pair);
          await moves.hold(unit, first.violations);
          const seen = await plan(unit, user.account, pair);
          requireAccepted(seen, accepted);
          if (seen.shown.digest !== digest) throw new Problem('person-merge.stale');
          const id = newId();
          const kept = await moveAll(unit, pair);
          const given = kept.violations.map((one) => one.id);
          const entries = await moves.follow(unit, given, {
            wrong: pair.from,
            right: pair.into,
            merge: id,
            reason,
          });
          for (const { merge } of await readFacts()) await merge?.join?.(unit, pair);
          await joinConsents(unit, pair);
          // Names that a consent took out of violations are no change by a person.
          const rows = await tx.violation.findMany({
            where: { id: { in: given }, personId: pair.into },
            select: { id: true, version: true },
          });
          await tx.personMerge.create({
            data: {
              tenantId: user.tenant,
              id,
              fromPerson: pair.from,
              intoPerson: pair.into,
              reason,
              accepted,
              byUser: user.account.id,
              byName: user.account.displayName,
              items: seen.shown.items as unknown as Prisma.InputJsonArray,
              kept: { ...kept, violations: rows } as unknown as Prisma.InputJsonObject,
            },
          });
          const badges = seen.shown.from.badges;
          await moves.tellAll(unit, pair, 'merged', badges);
          const numbers: [string, string] = [seen.from.employeeNo, seen.into.employeeNo];
          await tell.joined(unit, id, pair.into, numbers, entries);
          const after = { from: pair.from, into: pair.into, accepted };
          await unit.audit({ action: 'create', entity: MERGE, id, after, reason });
          return showMerge(tx, id);
        },
        LONGEST,
      ),

    previewUndo: (user: User, id: string): Promise<UndoPreview> =>
      units.run(user, (unit) => undo.preview(unit, user.account, id), LONGEST),

    undo: (user: User, id: string, asked: UndoRequest): Promise<Merge> =>
      units.run(user, (unit) => undo.make(unit, user.account, id, asked), LONGEST),

    list: (
      user: User,
      { cursor, limit }: { cursor?: string | undefined; limit: number },
    ): Promise<z.infer<typeof mergePage>> =>
      units.run(user, async ({ tx }) => {
        const found = await tx.personMerge.findMany({
          where: newest.beyond<Prisma.PersonMergeWhereInput>(newest.after(cursor)),
          orderBy: newest.by(),
          take: limit + 1,
          select: { id: true, at: true },
        });
        const { rows, next } = newest.page(found, limit);
        const items: Merge[] = [];
        for (const { id } of rows) items.push(await showMerge(tx, id));
        return { items, next };
      }),
  };
}
