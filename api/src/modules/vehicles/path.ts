import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { type SignedOn, signedOnAt } from '../gates/signed-on.ts';
import { type PlanFix, planFixesOf } from '../locations/of-badge.ts';
import type { eventDetail } from './schema.ts';

const MOST_POINTS = 2_000;
type Path = Pick<z.infer<typeof eventDetail>, 'path' | 'pathHidden'>;

/**
 * The way of a vehicle on a plan. A driver who did not agree to be followed is not followed through the vehicle: what was
 * heard while such a person had signed on, or before a person agreed who does now, is left out. So is what was heard of the
 * tag while it was not on the vehicle: it may have been a person's.
 *
 * @param of.machines under which drivers signed on: then, and now.
 */
export async function pathOf(
  tx: Transaction,
  of: { vehicleId: string; tag: string; machines: readonly (string | null)[] },
  span: { from: Date; until: Date; floorPlan: string | null },
): Promise<Path & { floorPlan: string | null }> {
  const { from, until } = span;
  const { vehicleId, tag } = of;
  const bound = await tx.vehicleTag.findMany({ where: { vehicleId, tag } });
  const heard = await planFixesOf(tx, tag, {
    after: new Date(from.getTime() - 1),
    until,
    floorPlan: span.floorPlan,
    limit: MOST_POINTS,
  });
  const found = heard.filter(({ at }) =>
    bound.some((one) => one.since <= at && (one.until === null || at < one.until)),
  );
  const refused = await withoutConsent(tx, of.machines, from, until);
  const isHidden = ({ at }: PlanFix) =>
    refused.some((one) => one.from <= at && (one.until === null || at < one.until));
  const shown = found.filter((one) => !isHidden(one));
  const floorPlan = span.floorPlan ?? shown.at(-1)?.floorPlan ?? null;
  return {
    floorPlan,
    path: shown
      .filter((one) => one.floorPlan === floorPlan)
      .map(({ at, x, y, radius, late }) => ({
        at: at.toISOString(),
        position: [x, y],
        radius,
        late,
      })),
    pathHidden: refused.length > 0,
  };
}

/** The times in which drivers had signed on who did not agree by then, or do not now: positions of them are not shown. */
export async function withoutConsent(
  tx: Transaction,
  machines: readonly (string | null)[],
  from: Date,
  until: Date,
): Promise<SignedOn[]> {
  const spells: SignedOn[] = [];
  for (const machine of new Set(machines)) {
    if (machine !== null) spells.push(...(await signedOnAt(tx, machine, from, until)));
  }
  if (spells.length === 0) return [];
  const people = spells.map(({ person }) => person);
  const rows = await sqlIn(tx)<{ id: string; since: Date | null }>(Prisma.sql`
    SELECT p.id, ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} AS since
    FROM unnest(${people}::text[]) AS p (id)`);
  const since = new Map(rows.map((row) => [row.id, row.since]));
  return spells.flatMap((spell): SignedOn[] => {
    const agreed = since.get(spell.person) ?? null;
    if (agreed === null) return [spell];
    if (agreed <= spell.from) return [];
    return [{ ...spell, until: spell.until && spell.until < agreed ? spell.until : agreed }];
  });
}
