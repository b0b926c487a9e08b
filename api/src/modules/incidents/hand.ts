import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireOtherThan } from '../violations/person.ts';
import type { Reader } from '../violations/reach.ts';
import type { VerdictRequest } from '../violations/schema.ts';
import type { ViolationsService } from '../violations/service.ts';
import { showChanged } from './detail.ts';
import { MOST_MEMBERS } from './join.ts';
import { type Joining, regroup } from './place.ts';
import { type FindingRow, findMembers, type IncidentRow } from './rows.ts';
import type { IncidentDetail, joinRequest, splitRequest, takeOutRequest } from './schema.ts';
import type { IncidentsService } from './service.ts';
import { mergeAway, placeFindings, refresh } from './write.ts';

/** Where a finding was before a change by hand. */
interface Before {
  finding: string;
  incident: string;
  pinned: boolean;
}

const BY_HAND = { by: 'hand', with: null, odds: null } as const;

export type HandChanges = ReturnType<typeof createHandChanges>;

/**
 * Changes by hand: a finding taken out, an incident split, two joined, and the last of these undone.
 * Evidence does not change what people decided. A finding with a verdict is not moved.
 */
export function createHandChanges(options: {
  units: Units;
  incidents: Pick<IncidentsService, 'find' | 'holdAtVersion'>;
  violations: Pick<ViolationsService, 'decideWithin'>;
  joining: Joining;
}) {
  const { units, incidents, violations, joining } = options;
  const { events } = joining;

  /** Notes a change of one or two incidents, so that it can be undone. */
  async function note(
    unit: Unit,
    user: User,
    kind: 'take-out' | 'split' | 'join',
    {
      id,
      other = null,
      reason = null,
      before,
    }: { id: string; other?: string | null; reason?: string | null; before: readonly Before[] },
  ): Promise<void> {
    await unit.tx.incidentOperation.create({
      data: {
        tenantId: user.tenant,
        id: newId(),
        incidentId: id,
        otherId: other,
        kind,
        reason,
        byUser: user.account.id,
        byName: user.account.displayName,
        before: before.map((one) => ({ ...one })),
      },
    });
    const findings = before.map(({ finding }) => finding);
    await requireOtherThan(unit.tx, user.account, findings);
    const after = { findings, ...(other === null ? {} : { incident: other }) };
    await unit.audit({ action: kind, entity: 'incident', id, after, reason });
  }

  const decideFinding = async (unit: Unit, user: User, id: string, request: Unversioned) => {
    const { version } = await unit.tx.violation.findFirstOrThrow({
      where: { id },
      select: { version: true },
    });
    await violations.decideWithin(unit, user.account, id, { ...request, version });
  };

  const reviewing = ({ account }: User): Reader => ({ account, right: 'violation:review' });
  const shown = async (unit: Unit, user: User, id: string): Promise<IncidentDetail> =>
    showChanged(unit.tx, await incidents.find(unit.tx, id), reviewing(user));

  /** Pins findings where they are or come to be. */
  async function pin(unit: Unit, findings: readonly FindingRow[], incident: string): Promise<void> {
    await unit.tx.incidentFinding.updateMany({
      where: { findingId: { in: findings.map(({ id }) => id) }, incidentId: incident },
      data: { pinned: true },
    });
    const come = findings.filter(({ incidentId }) => incidentId !== incident);
    const moved = come.map(({ id }) => ({ id, incident, why: BY_HAND, pinned: true }));
    await placeFindings(unit, moved);
  }

  return {
    /** Dismisses one finding with a reason; the others are decided without it. */
    takeOut: (
      user: User,
      id: string,
      { finding, reason, note: words, version }: z.infer<typeof takeOutRequest>,
    ): Promise<IncidentDetail> =>
      units.run(user, async (unit) => {
        await incidents.holdAtVersion(unit, user.account, id, version);
        const members = await findMembers(unit.tx, [id]);
        const [one] = undecided(members, [finding]);
        if (members.filter(({ takenOutAt }) => takenOutAt === null).length < 2) {
          throw new Problem('incident.last-finding');
        }
        await decideFinding(unit, user, finding, {
          decision: 'dismiss',
          reason,
          ...(words === undefined ? {} : { note: words }),
        });
        await unit.tx.incidentFinding.updateMany({
          where: { findingId: finding },
          data: {
            takenOutReason: reason,
            takenOutNote: words || null,
            takenOutBy: user.account.id,
            takenOutByName: user.account.displayName,
            takenOutAt: new Date(),
          },
        });
        const before = [beforeOf(one!)];
        await note(unit, user, 'take-out', { id, reason: words || null, before });
        await refresh(unit, events, { incidents: [id] });
        return shown(unit, user, id);
      }),

    /** Makes some findings an incident of their own; all of them are kept where they are then. */
    split: (
      user: User,
      id: string,
      { findings, reason, version }: z.infer<typeof splitRequest>,
    ): Promise<IncidentDetail> =>
      units.run(user, async (unit) => {
        const row = await incidents.holdAtVersion(unit, user.account, id, version);
        const members = await findMembers(unit.tx, [id]);
        const leave = undecided(members, findings);
        const stay = members.filter((one) => !leave.includes(one));
        // What was taken out is no act: an incident of nothing else could never be decided.
        if (stay.every(({ takenOutAt }) => takenOutAt !== null)) {
          throw new Problem('incident.last-finding');
        }
        const other = newId();
        await openEmpty(unit, row, other, leave);
        await pin(unit, leave, other);
        await pin(unit, stay, id);
        const before = members.map(beforeOf);
        await note(unit, user, 'split', { id, other, reason: reason || null, before });
        const others = new Map([[other, 'opened' as const]]);
        await refresh(unit, events, { incidents: [id, other], others });
        return shown(unit, user, id);
      }),

    /** Puts the findings of another incident into this one; the one with a verdict, or the older one, stays. */
    join: (
      user: User,
      id: string,
      { incident, reason, version }: z.infer<typeof joinRequest>,
    ): Promise<IncidentDetail> =>
      units.run(user, async (unit) => {
        const row = await incidents.holdAtVersion(unit, user.account, id, version);
        const other = await incidents.find(unit.tx, incident, reviewing(user));
        const isDecided = row.status !== 'pending';
        const isOtherDecided = other.status !== 'pending';
        const fit =
          row.site === other.site && [row, other].every((one) => one.subject === 'person');
        const isTooLarge = row.findings + other.findings > MOST_MEMBERS;
        if (row.id === other.id || !fit || isTooLarge || (isDecided && isOtherDecided)) {
          throw new Problem('incident.not-joinable');
        }
        const isOlder = isDecided === isOtherDecided ? row.openedAt <= other.openedAt : isDecided;
        const [stays, goes] = isOlder ? [row, other] : [other, row];
        const members = await findMembers(unit.tx, [row.id, other.id]);
        await pin(unit, members, stays.id);
        await mergeAway(unit, goes.id, stays.id);
        const before = members.map(beforeOf);
        const data = { id: stays.id, other: goes.id, reason: reason || null, before };
        await note(unit, user, 'join', data);
        const others = new Map([[goes.id, 'updated' as const]]);
        await refresh(unit, events, { incidents: [stays.id], others });
        return shown(unit, user, stays.id);
      }),

    /** Undoes the last change by hand that is not undone, where its findings are where it left them. */
    undo: (user: User, id: string, version: number): Promise<IncidentDetail> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await incidents.holdAtVersion(unit, user.account, id, version);
        const last = await tx.incidentOperation.findFirst({
          where: { OR: [{ incidentId: id }, { otherId: id }], undoneAt: null },
          orderBy: { id: 'desc' },
        });
        if (!last) throw new Problem('incident.nothing-to-undo');
        const before = last.before as unknown as Before[];
        const ids = before.map(({ finding }) => finding);
        const both = [last.incidentId, ...(last.otherId ? [last.otherId] : [])];
        const members = (await findMembers(tx, both)).filter((one) => ids.includes(one.id));
        // A later change moved some to another incident; that change has to be undone first.
        if (members.length < ids.length) throw new Problem('incident.nothing-to-undo');
        await requireOtherThan(tx, user.account, ids);
        if (last.kind === 'take-out') await putBack(unit, user, ids[0]!);
        else await moveBack(unit, before, members);
        await tx.incidentOperation.updateMany({
          where: { id: last.id },
          data: {
            undoneBy: user.account.id,
            undoneByName: user.account.displayName,
            undoneAt: new Date(),
          },
        });
        const after = { change: last.kind, findings: ids };
        await unit.audit({ action: 'undo-change', entity: 'incident', id, after });
        const left = await findMembers(tx, both);
        const empty = both.filter((one) => !left.some(({ incidentId }) => incidentId === one));
        for (const one of empty) await mergeAway(unit, one, both.find((of) => of !== one) ?? id);
        const others = new Map(empty.map((one) => [one, 'updated' as const]));
        await refresh(unit, events, { incidents: both, others });
        await regroup(unit, joining, row.site, ids);
        return shown(unit, user, id);
      }),
  };

  /** A finding that was taken out counts again, and waits for a verdict. */
  async function putBack(unit: Unit, user: User, finding: string): Promise<void> {
    const row = await unit.tx.violation.findFirst({
      where: { id: finding, status: 'dismissed' },
      select: { id: true },
    });
    if (row) await decideFinding(unit, user, finding, { decision: 'reopen' });
    await unit.tx.incidentFinding.updateMany({
      where: { findingId: finding },
      data: {
        takenOutReason: null,
        takenOutNote: null,
        takenOutBy: null,
        takenOutByName: Prisma.DbNull,
        takenOutAt: null,
      },
    });
  }

  /** Findings go back to where they were; what was decided since stays where it is. */
  async function moveBack(
    unit: Unit,
    before: readonly Before[],
    members: readonly FindingRow[],
  ): Promise<void> {
    const now = new Map(members.map((one) => [one.id, one]));
    const goes = before.filter(({ finding, incident }) => {
      const row = now.get(finding);
      return row !== undefined && row.incidentId !== incident;
    });
    if (goes.some(({ finding }) => now.get(finding)?.status !== 'pending')) {
      throw new Problem('incident.nothing-to-undo');
    }
    for (const incident of new Set(goes.map((one) => one.incident))) {
      await unit.tx.incident.updateMany({ where: { id: incident }, data: { mergedInto: null } });
    }
    for (const { finding: id, incident } of goes) {
      await placeFindings(unit, [{ id, incident, why: id === incident ? null : BY_HAND }]);
    }
    for (const isPinned of [true, false]) {
      const findings = before.filter(({ pinned }) => pinned === isPinned);
      await unit.tx.incidentFinding.updateMany({
        where: { findingId: { in: findings.map(({ finding }) => finding) } },
        data: { pinned: isPinned },
      });
    }
  }
}

type Unversioned = VerdictRequest extends infer One
  ? One extends VerdictRequest
    ? Omit<One, 'version'>
    : never
  : never;

const beforeOf = ({ id, incidentId, pinned }: FindingRow): Before => ({
  finding: id,
  incident: incidentId ?? id,
  pinned,
});

/**
 * The members with these ids.
 *
 * @throws Problem where one is no member, was taken out, or has a verdict.
 */
function undecided(members: readonly FindingRow[], ids: readonly string[]): FindingRow[] {
  return ids.map((id) => {
    const found = members.find((one) => one.id === id && one.takenOutAt === null);
    if (!found) throw new Problem('incident.finding-unknown');
    if (found.status !== 'pending') throw new Problem('incident.finding-decided');
    return found;
  });
}

/** A row for findings that are about to come. */
async function openEmpty(
  unit: Unit,
  { site, subject }: IncidentRow,
  id: string,
  findings: readonly FindingRow[],
): Promise<void> {
  const [one] = findings as [FindingRow];
  await unit.tx.incident.create({
    data: {
      tenantId: unit.caller.tenant,
      id,
      site,
      subject,
      severity: one.severity,
      mainId: one.id,
      startedAt: one.startedAt,
      lastAt: one.confirmedAt,
      findings: 0,
      undecided: 0,
      // Its findings were told of with the incident that they come from.
      told: one.incidentTold,
    },
  });
}
