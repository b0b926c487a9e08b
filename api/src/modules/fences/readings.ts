import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { TagState } from '../locations/judge.ts';
import { planFixesOf } from '../locations/of-badge.ts';
import type { JudgedLocation } from '../locations/repository.ts';
import { type Box, boxOf, type Polygon } from './geometry.ts';
import type { Reading, Side, Watched } from './presence.ts';

/** A fence in use with the outline of its area. */
export interface FenceInUse {
  readonly id: string;
  readonly kind: 'entry' | 'stay';
  readonly floorPlan: string;
  readonly polygon: Polygon;
  readonly box: Box;
}

export const sideOf = (kind: FenceInUse['kind']): Side => (kind === 'entry' ? 'inside' : 'outside');
export const watchedBy = ({ kind, polygon }: FenceInUse): Watched => ({
  polygon,
  side: sideOf(kind),
});

/** The fences that are active, on areas in use that have an outline; all, or one of them. */
export async function readFences(tx: Transaction, id: string | null = null): Promise<FenceInUse[]> {
  const rows = await sqlIn(tx)<Omit<FenceInUse, 'box'>>(Prisma.sql`
    SELECT f.id, f.kind, a.floor_plan AS "floorPlan", a.polygon
    FROM area_fence f JOIN area a ON a.id = f.area_id AND a.active
    WHERE f.active AND a.floor_plan IS NOT NULL AND a.polygon IS NOT NULL
      AND (${id}::text IS NULL OR f.id = ${id}) ORDER BY f.id`);
  return rows.map((row) => ({ ...row, box: boxOf(row.polygon) }));
}

/** What a fence reads of judged fixes: those on plans that can be, each once. Times are ms since the epoch. */
export const readingsOf = (
  fixes: readonly JudgedLocation[],
  plan: string,
  since: number,
): Reading[] =>
  fixes.flatMap(({ fix, flags, location }): Reading[] => {
    const { place, at, source } = fix;
    if (!place || place.floorPlan === null || at < since) return [];
    if (fix.isDouble || flags.includes('impossible') || flags.includes('off-plan')) return [];
    return [
      {
        at,
        source,
        place: place.floorPlan === plan ? { x: place.x, y: place.y, radius: place.radius } : null,
        sure: location.provider_type === 'rfid',
      },
    ];
  });

/** The last place of a badge as a reading; null where it is not known, or from before the wearer got it. */
export function lastReading(tag: TagState | null, plan: string, since: number): Reading | null {
  const { at, place, source } = tag ?? {};
  if (!at || !place || place.floorPlan === null || at < since) return null;
  const { x, y, radius } = place;
  return {
    at,
    source: source ?? '',
    place: place.floorPlan === plan ? { x, y, radius } : null,
    sure: false,
  };
}

/** The stored fixes of a badge after an instant, as a fence reads them. */
export async function readHistory(
  tx: Transaction,
  badge: string,
  plan: string,
  after: Date,
): Promise<Reading[]> {
  const fixes = await planFixesOf(tx, badge, { after, until: null, floorPlan: null, limit: null });
  return fixes.map(({ at, source, x, y, radius, type, floorPlan }) => ({
    at: at.getTime(),
    source,
    place: floorPlan === plan ? { x, y, radius } : null,
    sure: type === 'rfid',
  }));
}
