import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { BADGE_TRACKING, consentGate } from '../consent/gate.ts';
import { signedOnAt } from '../gates/signed-on.ts';
import { type PlanFix, planFixesOf } from '../locations/of-badge.ts';
import type { eventDetail } from './schema.ts';

const MOST_POINTS = 2_000;
type Path = Pick<z.infer<typeof eventDetail>, 'path' | 'pathHidden'>;

/**
 * The way of a vehicle on a plan. A driver who did not agree to be followed is not followed through the vehicle: what was
 * heard while such a person had signed on is left out.
 */
export async function pathOf(
  tx: Transaction,
  { tag, machineId }: { tag: string; machineId: string | null },
  span: { from: Date; until: Date; floorPlan: string | null },
): Promise<Path & { floorPlan: string | null }> {
  const { from, until } = span;
  const found = await planFixesOf(tx, tag, {
    after: new Date(from.getTime() - 1),
    until,
    floorPlan: span.floorPlan,
    limit: MOST_POINTS,
  });
  const spells = machineId === null ? [] : await signedOnAt(tx, machineId, from, until);
  const silent = new Set<string>();
  for (const person of new Set(spells.map((one) => one.person))) {
    if (!(await consentGate.allowed(tx, person, BADGE_TRACKING))) silent.add(person);
  }
  const refused = spells.filter(({ person }) => silent.has(person));
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
