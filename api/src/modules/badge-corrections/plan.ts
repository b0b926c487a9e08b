import { createHash } from 'node:crypto';
import type { ViolationIdentity } from '@anshi/contracts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { countByCard } from '../gates/corrected.ts';
import { type SessionByCard, sessionsByCard } from '../gates/rebinding.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { countConditions, countNotAgreed } from '../locations/rebinding.ts';
import { remainingOf } from '../people/merged.ts';
import { isAsLeft, type Rebound } from '../people/rebinding.ts';
import type { FileMoves } from '../safety-file/moving.ts';
import { kindNames, kindOf } from '../violations/kind.ts';
import {
  countUnlinked,
  type Depending,
  isRestorable,
  type Rebinding,
  type ViolationKept,
} from '../violations/rebinding.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { createDepending, MOST_RECORDS } from './depending.ts';
import { countLater } from './later.ts';
import type { MovedItem, Preview, PreviewRequest } from './schema.ts';
import { peopleIn, showSession } from './show.ts';

/** Data to undo a correction. */
export interface Kept {
  bindings: Rebound;
  violations: ViolationKept[];
}

/** A validated correction request with the records that it would change. */
export interface Plan extends Rebinding {
  row: Prisma.BadgeModel;
  depending: Depending[];
  sessions: SessionByCard[];
  shown: Preview;
}

/** A record changed by a correction, before and now. */
interface Changed {
  kept: ViolationKept;
  row: ViolationRow;
}

/** A validated undo: the reverse correction of all records that depend on the binding now. */
export interface UndoPlan extends Rebinding {
  badge: string;
  kept: Kept;
  depending: Depending[];
  /** Records whose name was removed; the undo restores it. */
  restored: Changed[];
  /** Records that changed since the correction and name neither person: they are not touched. */
  left: ViolationRow[];
  sessions: SessionByCard[];
  shown: Preview;
}

/** @throws Problem `badge-correction.own-case` where the account belongs to one of the two people. */
function requireOther({ person }: Account, people: readonly string[]): void {
  if (person !== null && people.includes(person)) throw new Problem('badge-correction.own-case');
}

/** Previews corrections and undos. */
export function createPlans({
  incidents,
  files,
}: {
  incidents: Pick<IncidentsService, 'inTwoPlaces'>;
  files: FileMoves;
}) {
  const dependingWithin = createDepending({ incidents, files });

  async function itemsOf(
    tx: Transaction,
    { wrong }: Rebinding,
    depending: readonly Depending[],
    others: readonly (Pick<MovedItem, 'named' | 'what' | 'why'> & { row: ViolationRow })[] = [],
  ): Promise<MovedItem[]> {
    const ids = depending.map(({ row }) => row.id);
    const entries = await files.countingBy(tx, wrong, ids);
    const names = await kindNames(tx);
    const own = depending.map(({ row, named, what, why }) => {
      const isNamed = named || (what === 'check' && row.personId === wrong);
      return { row, what, why, named: isNamed, entry: isNamed ? entries.get(row.id) : undefined };
    });
    return [...own, ...others.map((one) => ({ ...one, entry: undefined }))].map(
      ({ row, named, entry = null, what, why }) => ({
        violation: row.id,
        kindName: names(kindOf(row)),
        startedAt: row.startedAt.toISOString(),
        status: row.status as MovedItem['status'],
        named,
        entry,
        what,
        why,
      }),
    );
  }

  async function show(
    tx: Transaction,
    { binding, wrong, right, from, to }: Rebinding,
    badge: string,
    items: MovedItem[],
    versions: readonly (readonly [string, number])[],
    sessions: readonly SessionByCard[],
  ): Promise<Preview> {
    const kinds = items.map(({ what }) => what);
    const held = sessions.map(({ id }) => id);
    const seen = [binding, wrong, right, from, to, versions, kinds, held];
    const people = await peopleIn(tx, [wrong, right]);
    return {
      badge,
      wrong: people(wrong),
      right: people(right),
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
      items,
      unlinked: await countUnlinked(tx, { wrong, from, to }),
      positions: await countNotAgreed(tx, { badge, person: right, from, to }),
      decisions: await countByCard(tx, { badge, from, to }),
      conditions: await countConditions(tx, { badge, person: wrong, from, to }),
      sessions: sessions.map(showSession),
      later: await countLater(tx, { badge, person: wrong, from, to }, right),
      digest: createHash('sha256').update(JSON.stringify(seen)).digest('hex'),
    };
  }

  /** @throws Problem `badge-correction.too-many`. */
  async function sessionsOf(
    tx: Transaction,
    { wrong, from, to }: Rebinding,
    badge: string,
  ): Promise<SessionByCard[]> {
    const found = await sessionsByCard(tx, { badge, person: wrong, from, to }, MOST_RECORDS + 1);
    if (found.length > MOST_RECORDS) throw new Problem('badge-correction.too-many');
    return found;
  }

  return {
    /** @throws Problem `badge-correction.…` where it cannot be. */
    async correction(unit: Unit, account: Account, asked: PreviewRequest): Promise<Plan> {
      const { tx } = unit;
      const row = await tx.badge.findFirst({ where: { id: asked.binding } });
      if (!row) throw new Problem('badge-correction.binding-unknown');
      const right = await tx.person.findFirst({ where: { id: asked.person } });
      const from = asked.from === null ? row.since : new Date(asked.from);
      const to = asked.to === null ? row.until : new Date(asked.to);
      const refuse = (field: string, zh: string, en: string) =>
        new Problem('badge-correction.times', undefined, { errors: [fieldError(field, zh, en)] });
      if (from < row.since) throw refuse('from', '绑定开始得更晚。', 'The binding began later.');
      const end = row.until ?? new Date();
      if (to !== null && (to <= from || to > end)) {
        throw refuse(
          'to',
          '须晚于开始时间，并在绑定期内。',
          'It is after the begin, and within the binding.',
        );
      }
      if (to === null && from >= end) {
        throw refuse('from', '绑定在此之前已结束。', 'The binding ended before.');
      }
      const isLeaver = right?.status === 'left' && to === null;
      // The id of a joined file is not corrected to: an entry names the file that remains.
      if (!right || right.mergedInto !== null || isLeaver || right.id === row.personId) {
        throw new Problem('badge-correction.person-unknown');
      }
      requireOther(account, [row.personId, right.id]);
      const change = { binding: row.id, wrong: row.personId, right: right.id, from, to };
      const depending = await dependingWithin(unit, change);
      const items = await itemsOf(tx, change, depending);
      const versions = depending.map((one) => [one.row.id, one.row.version] as const);
      const sessions = await sessionsOf(tx, change, row.badge);
      const shown = await show(tx, change, row.badge, items, versions, sessions);
      return { ...change, row, depending, sessions, shown };
    },

    /** @throws Problem `badge-correction.unknown`, `badge-correction.undone`, `badge-correction.changed-since` … */
    async undoing(unit: Unit, account: Account, id: string): Promise<UndoPlan> {
      const { tx } = unit;
      const row = await tx.badgeCorrection.findFirst({ where: { id } });
      if (!row) throw new Problem('badge-correction.unknown');
      // Either file may have been joined since: the one that remains answers to consents and entries.
      const [right, wrong] = [
        await remainingOf(tx, row.fromPerson),
        await remainingOf(tx, row.toPerson),
      ];
      requireOther(account, [row.fromPerson, row.toPerson, right, wrong]);
      if (row.undoneAt !== null) throw new Problem('badge-correction.undone');
      const kept = row.kept as unknown as Kept;
      if (right === wrong || !(await isAsLeft(tx, kept.bindings))) {
        throw new Problem('badge-correction.changed-since');
      }
      // Who is named by it now is the wrong one.
      const change: Rebinding = {
        binding: kept.bindings.moved,
        wrong,
        right,
        from: row.fromAt,
        to: row.toAt,
      };
      const byId = new Map(kept.violations.map((one) => [one.id, one]));
      const rows = await tx.violation.findMany({
        where: { id: { in: [...byId.keys()] } },
        orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
      });
      const restored: Changed[] = [];
      for (const one of rows) {
        const before = byId.get(one.id) as ViolationKept;
        if (await isRestorable(tx, one, before, change.right)) {
          restored.push({ row: one, kept: before });
        }
      }
      const depending = (await dependingWithin(unit, change))
        .filter((one) => !restored.some((other) => other.row.id === one.row.id))
        .map((one) => asBefore(one, byId.get(one.row.id)));
      const done = new Set([...restored, ...depending].map((one) => one.row.id));
      const left = rows.filter((one) => !done.has(one.id));
      const items = await itemsOf(tx, change, depending, [
        ...restored.map((one) => ({
          row: one.row,
          named: one.kept.named,
          what: 'moves' as const,
          why: null,
        })),
        ...left.map((one) => ({
          row: one,
          named: false,
          what: 'check' as const,
          why: 'changed' as const,
        })),
      ]);
      const all = [...depending.map((one) => one.row), ...rows];
      const versions = all.map((one) => [one.id, one.version] as const);
      const sessions = await sessionsOf(tx, change, row.badge);
      const shown = await show(tx, change, row.badge, items, versions, sessions);
      return { ...change, badge: row.badge, kept, depending, restored, left, sessions, shown };
    },
  };
}

/** What was confirmed of a person before the correction, and did not change since, stays by legal duty. */
function asBefore(one: Depending, kept: ViolationKept | undefined): Depending {
  const { row, why } = one;
  const isAsLeft = kept?.named === true && kept.version === row.version;
  if (why !== 'not-agreed' || !isAsLeft || row.status !== 'confirmed') return one;
  return { ...one, what: 'moves', why: null, isNamable: true };
}

/** The identity of a violation, as it is stored. */
export const identityOf = (row: ViolationRow) => row.identity as ViolationIdentity | null;
