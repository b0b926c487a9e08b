import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { actorOf } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { BADGE_TRACKING, consentGate } from '../consent/gate.ts';
import { signedOnAt } from '../gates/signed-on.ts';
import { placesOfTags } from '../locations/of-badge.ts';
import { vehicleReach } from './reach.ts';
import { driverNow } from './records.ts';
import type { livePlaces } from './schema.ts';
import { namesOfKinds } from './words.ts';

interface Row {
  id: string;
  plate: string;
  kind: string;
  machineId: string | null;
  tag: string;
  since: Date;
  open: boolean;
}

/** Whether all who may drive it now agree to be followed. */
async function mayBeFollowed(tx: Transaction, machine: string | null, now: Date): Promise<boolean> {
  if (machine === null) return true;
  const people = new Set((await signedOnAt(tx, machine, now, now)).map(({ person }) => person));
  for (const person of people) {
    if (!(await consentGate.allowed(tx, person, BADGE_TRACKING))) return false;
  }
  return true;
}

/**
 * Where the vehicles are now, for the plan. One whose driver did not agree to be followed is left out: that person would be
 * followed through the vehicle.
 */
export const createPlaces =
  ({ database }: Pick<Platform, 'database'>) =>
  ({ account }: User): Promise<z.infer<typeof livePlaces>> =>
    database.transaction(actorOf(account), async (tx) => {
      const isReader = account.permissions.has('vehicle:read');
      const knows = isReader ? vehicleReach(account, 'vehicle:read') : Prisma.sql`FALSE`;
      const now = new Date();
      const rows = await sqlIn(tx)<Row>(Prisma.sql`
        SELECT v.id, v.plate, v.kind, v.machine_id AS "machineId", t.tag, t.since,
          ${knows} AND EXISTS (SELECT 1 FROM vehicle_event e WHERE e.vehicle_id = v.id AND e.state = 'open') AS open
        FROM vehicle_tag t JOIN vehicle v ON v.id = t.vehicle_id LEFT JOIN department vd ON vd.id = v.department_id
        WHERE t.until IS NULL AND ${vehicleReach(account, 'location:read')} ORDER BY v.plate, t.tag LIMIT 2000`);
      const known = await placesOfTags(
        tx,
        rows.map(({ tag }) => tag),
      );
      const nameOf = await namesOfKinds(tx);
      const items: z.infer<typeof livePlaces>['items'] = [];
      for (const row of rows) {
        const place = known.get(row.tag);
        if (!place || place.at < row.since) continue;
        if (!(await mayBeFollowed(tx, row.machineId, now))) continue;
        // Without the right to vehicles no name of a driver is read.
        const driver = isReader ? await driverNow(tx, account, row) : null;
        const { id, plate, kind, tag, open } = row;
        items.push({
          vehicle: { id, plate, kind, kindName: nameOf(kind) },
          tag,
          floorPlan: place.floorPlan,
          position: [place.x, place.y],
          radius: place.radius,
          at: place.at.toISOString(),
          driver: driver?.name ?? null,
          open,
        });
      }
      return { items };
    });
