import type { PathPoint } from '@anshi/contracts';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Views } from '../../platform/audit/views.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import {
  type Around,
  type ChainSubject,
  type NearVehicle,
  type PlaceFix,
  shifted,
} from '../../platform/incident-chain.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import { lookingAt } from '../cameras/looking-at.ts';
import type { CamerasService } from '../cameras/service.ts';
import { readFacts } from '../facts.ts';
import { fixesNear, type NearFix } from '../locations/near.ts';
import { statesWithin } from '../machines/repository.ts';
import { asReader } from '../violations/reach.ts';
import type { ViolationRow } from '../violations/repository.ts';
import type { incidentScene } from './scene-schema.ts';
import type { Subjects } from './subject.ts';

type Scene = z.infer<typeof incidentScene>;
type Act = Scene['acts'][number];

/** Positions from so long before the incident until so long after it, ms. */
const AROUND_MS = 60_000;
/** Of a long incident only the first part, ms: positions of a whole shift are no answer to who was near. */
const LASTING_MS = 10 * 60_000;
/** A circle of so many deviations holds 95 % of a place in two dimensions. */
const HOLDS_95 = 2.45;

/** The place of an incident: areas, machines, cameras, and who was near. */
export function createScenes(parts: {
  units: Units;
  features: Features;
  views: Views;
  subjects: Subjects;
  cameras: { service: CamerasService; configuration: CamerasConfiguration };
}) {
  const { units, features, views, subjects, cameras } = parts;

  function actsOf(findings: readonly ViolationRow[]): Act[] {
    return findings.flatMap(({ id, camera, startedAt, floor, path }) => {
      const floorPlan = cameras.service.floorPlan(camera);
      if (floorPlan === null || floor === null) return [];
      const deviation = (path as PathPoint[]).at(-1)?.deviation;
      return {
        finding: id,
        at: startedAt.toISOString(),
        floorPlan,
        point: floor as Act['point'],
        radius: deviation === undefined ? null : deviation * HOLDS_95,
      };
    });
  }

  async function machinesOf(
    tx: Transaction,
    { areas }: ChainSubject,
    findings: readonly ViolationRow[],
    account: Account,
  ): Promise<Scene['machines']> {
    if (!account.permissions.has('machine:read')) return [];
    const rows = await tx.equipment.findMany({
      where: { areaId: { in: [...areas] } },
      orderBy: { id: 'asc' },
      take: MOST_MACHINES,
    });
    const now = new Map(
      (await statesWithin(tx, reachOf(account, 'machine:read'))).map((one) => [one.machine, one]),
    );
    // The earliest finding of a machine is written last, and counts.
    const then = new Map(
      findings.toReversed().flatMap(({ arming }) => {
        const seen = (arming as { machine?: Seen } | null)?.machine;
        return seen ? [[seen.machine, seen] as const] : [];
      }),
    );
    return rows.map(({ id, name }) => {
      const known = then.get(id) ?? now.get(id);
      return {
        id,
        name: name as Bilingual,
        state: known?.state ?? null,
        at: known?.at ?? null,
        isOfThen: then.has(id),
      };
    });
  }

  /** Of the modules that are on, as far as the account may read them; null for none. */
  async function vehiclesOf(
    tx: Transaction,
    subject: ChainSubject,
    account: Account,
    around: Around,
  ): Promise<{ vehicles: readonly NearVehicle[]; more: boolean } | null> {
    for (const { vehiclesNear } of await readFacts()) {
      if (!vehiclesNear || !account.permissions.has(vehiclesNear.permission)) continue;
      if (!(await features.check(vehiclesNear.feature))) continue;
      return vehiclesNear.read(tx, subject, account, around);
    }
    return null;
  }

  /** Those that the account may see. */
  function camerasOf({ areas, findings }: ChainSubject, account: Account): Scene['cameras'] {
    const own = new Set(findings.map(({ camera }) => camera));
    const { cameras: all } = cameras.configuration.file;
    return lookingAt(all, { areas, own })
      .filter(({ id }) => cameras.service.isWithin(account, 'camera:read', id))
      .map(({ id, name }) => ({ id, name, isOfIncident: own.has(id) }))
      .sort((a, b) => Number(b.isOfIncident) - Number(a.isOfIncident));
  }

  return {
    /**
     * The scene of an incident as an account may see it. A look at positions is a line in the audit log.
     *
     * @throws Problem `incident.unknown`, also for one out of reach.
     */
    async read(user: User, id: string): Promise<Scene> {
      const { account } = user;
      const mayLocate =
        account.permissions.has('location:read') && (await features.check('positioning'));
      const { subject, scene } = await units.run(user, async ({ tx }) => {
        const { subject, findings } = await subjects.find(tx, id, asReader(account));
        const acts = actsOf(findings);
        const from = shifted(subject.startedAt, -AROUND_MS);
        const last = Math.min(+subject.endedAt, +subject.startedAt + LASTING_MS);
        const to = new Date(last + AROUND_MS);
        const areas = await tx.area.findMany({ where: { id: { in: [...subject.areas] } } });
        const around: Around = { areas: subject.areas, points: acts, from, to };
        const near = mayLocate ? await fixesNear(tx, account, around) : null;
        const driven = mayLocate ? await vehiclesOf(tx, subject, account, around) : null;
        const scene: Scene = {
          incident: subject.incident,
          from: from.toISOString(),
          to: to.toISOString(),
          areas: areas.map(({ id: area, name, floorPlan, polygon }) => ({
            id: area,
            name: name as Bilingual,
            floorPlan,
            polygon: polygon as Scene['areas'][number]['polygon'],
          })),
          acts,
          machines: await machinesOf(tx, subject, findings, account),
          cameras: camerasOf(subject, account),
          near: near && tracksOf(near.fixes, subject),
          more: near?.more ?? false,
          vehicles:
            driven &&
            driven.vehicles.map(({ fixes, ...one }) => ({ ...one, fixes: fixes.map(showFix) })),
          moreVehicles: driven?.more ?? false,
        };
        return { subject, scene };
      });
      const [near, vehicles] = [scene.near ?? [], scene.vehicles ?? []];
      if (near.length + vehicles.length > 0) {
        const isLocated =
          near.some(({ isPerson }) => isPerson) || vehicles.some(({ driver }) => driver !== null);
        const person = isLocated ? subject.person?.id : undefined;
        await views.note(user, {
          entity: 'incident',
          id: scene.incident,
          what: 'positions',
          ...(person !== undefined && person !== account.person && { person }),
        });
      }
      return scene;
    },
  };
}

const MOST_MACHINES = 50;
interface Seen {
  machine: string;
  state: NonNullable<Scene['machines'][number]['state']>;
  at: string;
}

/** The fixes of each person by themselves, without saying who it is. */
function tracksOf(fixes: readonly NearFix[], { person }: ChainSubject): NonNullable<Scene['near']> {
  const people = [...new Set(fixes.map((fix) => fix.person))];
  return people.map((id) => ({
    isPerson: person?.ids.includes(id) ?? false,
    fixes: fixes.filter((fix) => fix.person === id).map(showFix),
  }));
}

const showFix = ({ at, floorPlan, x, y, radius, area, late }: PlaceFix) => ({
  at: at.toISOString(),
  floorPlan,
  position: x === null || y === null ? null : ([x, y] as [number, number]),
  radius,
  area,
  late,
});
