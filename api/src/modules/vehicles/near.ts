import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { NearVehicle, VehiclesNear } from '../../platform/incident-chain.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { tagFixesNear } from '../locations/near.ts';
import { FEATURE } from './manifest.ts';
import { withoutConsent } from './path.ts';
import { vehicleReach } from './reach.ts';
import { namesOfKinds } from './words.ts';

/** Most vehicles of one incident. */
const MOST = 20;

interface Bound {
  vehicle: string;
  plate: string;
  kind: string;
  /** Machine ids under which its drivers sign on: the current one, and those of its events. */
  machines: string[];
  machine: string | null;
  tag: string;
  since: Date;
  until: Date | null;
}

/**
 * Vehicles near an incident by their tags, limited to those that the account may see and locate. As for the path of an event,
 * positions while a driver without consent to positioning was signed on are left out. A driver is named only if the incident
 * names the same person to the account.
 */
export const vehiclesNear: VehiclesNear = {
  feature: FEATURE,
  permission: 'vehicle:read',
  async read(tx, { person, startedAt }, account, around) {
    const { from, to } = around;
    const bound = await sqlIn(tx)<Bound>(Prisma.sql`
      SELECT v.id AS vehicle, v.plate, v.kind, v.machine_id AS machine, t.tag, t.since, t.until,
        ARRAY(SELECT v.machine_id UNION SELECT e.machine_id FROM vehicle_event e WHERE e.vehicle_id = v.id) AS machines
      FROM vehicle_tag t JOIN vehicle v ON v.id = t.vehicle_id LEFT JOIN department vd ON vd.id = v.department_id
      WHERE t.since <= ${to} AND (t.until IS NULL OR t.until > ${from})
        AND ${vehicleReach(account, 'vehicle:read')} AND ${vehicleReach(account, 'location:read')}
      ORDER BY v.plate, v.id`);
    const tags = [...new Set(bound.map(({ tag }) => tag))];
    const { fixes, more } = await tagFixesNear(tx, tags, around);
    const nameOf = await namesOfKinds(tx);
    const found: NearVehicle[] = [];
    for (const id of new Set(bound.map(({ vehicle }) => vehicle))) {
      const own = bound.filter(({ vehicle }) => vehicle === id);
      const heard = fixes.filter(({ tag, at }) =>
        own.some((one) => one.tag === tag && isWithin({ from: one.since, until: one.until }, at)),
      );
      const [of] = own;
      if (!of || heard.length === 0) continue;
      const refused = await withoutConsent(tx, of.machines, from, to);
      const shown = heard.filter(({ at }) => !refused.some((spell) => isWithin(spell, at)));
      if (shown.length === 0) continue;
      const driver =
        person && of.machine !== null ? await operatorAt(tx, of.machine, startedAt) : null;
      const isNamed = driver !== null && person?.ids.includes(driver) === true;
      found.push({
        id,
        plate: of.plate,
        kindName: nameOf(of.kind),
        driver: isNamed ? person.name : null,
        fixes: shown,
      });
      if (found.length > MOST) break;
    }
    return { vehicles: found.slice(0, MOST), more: more || found.length > MOST };
  },
};

const isWithin = (span: { from: Date; until: Date | null }, at: Date): boolean =>
  span.from <= at && (span.until === null || at < span.until);
