import { ulid } from 'ulid';
import type { VehicleEventView, VehiclePassView, VehicleView } from '../modules/vehicles/schema.ts';
import { makeDevice } from './devices.ts';
import { openPositionsWorld } from './positions-world.ts';
import { until } from './site.ts';

type Place = readonly [x: number, y: number];
const DAY_MS = 86_400_000;
/** On the plan of the demonstration, metres. */
export const places = { store: [3, 2.5], yard: [12, 3], racks: [20, 12] } as const;

export type VehicleWorld = Awaited<ReturnType<typeof openVehicles>>;

/** The plant of the demonstration with its vehicles, a locating system, and two portals at the gate. */
export async function openVehicles() {
  const positions = await openPositionsWorld();
  const { api, database } = positions;
  const inTenant = <Result>(
    work: Parameters<typeof database.transaction<Result>>[1],
  ): Promise<Result> => database.transaction({ tenant: 'demo', user: null }, work);
  await inTenant(async (tx) => {
    const yesterday = new Date(Date.now() - DAY_MS);
    await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
    await tx.vehicleTag.updateMany({ data: { since: yesterday } });
    await tx.vehicleArea.updateMany({ data: { activeSince: yesterday } });
    await tx.readerPlace.createMany({
      data: (['gate-inner', 'gate-outer'] as const).map((source) => ({
        tenantId: 'demo',
        id: ulid(),
        source,
        floorPlan: 'hall',
        x: 24,
        y: 3,
        radius: 2,
        isPortal: true,
        isExit: source === 'gate-outer',
      })),
    });
  });
  /** The time of the last fix of each tag. */
  const clocks = new Map<string, number>();
  const fixAt = async (tag: string, at: number, [x, y]: Place) => {
    clocks.set(tag, Math.max(at, clocks.get(tag) ?? 0));
    await positions.fix(tag, {
      position: { type: 'Point', coordinates: [x, y] },
      accuracy: 0.3,
      timestamp_generated: new Date(at).toISOString(),
    });
  };
  const begin = (tag: string, ago = 40_000) =>
    Math.max(Date.now() - ago, (clocks.get(tag) ?? 0) + 1_000);
  const send = api.send;
  const events = async (tag: string, user = 'safety') => {
    const rows = await inTenant((tx) =>
      tx.vehicleEvent.findMany({ where: { tag }, orderBy: { id: 'desc' } }),
    );
    const found: VehicleEventView[] = [];
    for (const { id } of rows) {
      found.push((await send<VehicleEventView>(user, 'GET', `/vehicle-events/${id}`)).body);
    }
    return found;
  };

  return {
    positions,
    api,
    send,
    inTenant,
    fixAt,
    events,
    /** Fixes a second apart that were heard in the last minute, at one place. */
    async stay(tag: string, place: Place, seconds: number): Promise<void> {
      const first = begin(tag);
      for (let n = 0; n < seconds; n++) await fixAt(tag, first + n * 1_000, place);
    },
    /** A way along the main aisle at a speed, two fixes a second, after a moment at its begin; the last one some seconds ago. */
    async drive(tag: string, kmh: number): Promise<void> {
      const seconds = 17 / (kmh / 3.6);
      const first = begin(tag, (seconds + 11) * 1_000);
      for (let n = 0; n < 2; n++) await fixAt(tag, first + n * 500, [2, 6]);
      const step = kmh / 3.6 / 2;
      for (let n = 1; 2 + n * step < 19; n++) {
        await fixAt(tag, first + 500 + n * 500, [2 + n * step, 6]);
      }
    },
    /** Once all that was sent is stored, and what is due for the tag is decided. */
    async settled(tag: string): Promise<void> {
      const badge = `after-${ulid()}`;
      await positions.fix(badge);
      const isStored = () => inTenant((tx) => tx.locationTag.findFirst({ where: { badge } }));
      await until(isStored, 'what was sent is stored');
      const where = { tag, dueAt: { lte: new Date() } };
      const isDue = async () => (await inTenant((tx) => tx.vehicleTrack.count({ where }))) > 0;
      await until(async () => !(await isDue()), `what is due for ${tag} is decided`);
    },
    /** A read of the tag at a portal. */
    async portal(tag: string, source: 'gate-inner' | 'gate-outer', at = Date.now()): Promise<void> {
      await positions.fix(tag, {
        source,
        provider_type: 'rfid',
        accuracy: 0,
        position: { type: 'Point', coordinates: [0, 0] },
        timestamp_generated: new Date(at).toISOString(),
      });
    },
    /** The newest event of the tag of a kind, once it is in that state. */
    eventOf: (tag: string, kind: VehicleEventView['kind'], state: VehicleEventView['state']) =>
      until(
        async () => (await events(tag)).find((one) => one.kind === kind && one.state === state),
        `an event of ${tag} is ${state}`,
      ),
    passes: async (query = '', user = 'safety') =>
      (
        await send<{ items: VehiclePassView[]; onSite: number }>(
          user,
          'GET',
          `/vehicle-passes?${query}`,
        )
      ).body,
    async vehicle(plate: string, user = 'safety'): Promise<VehicleView> {
      const path = `/vehicles?q=${encodeURIComponent(plate)}&status=active,blocked,retired`;
      const { body } = await send<{ items: VehicleView[] }>(user, 'GET', path);
      const [found] = body.items;
      if (!found) throw new Error(`no vehicle ${plate}`);
      return found;
    },
    notices: async (user: string) =>
      (
        await send<{ items: { link: string | null; title: { zh: string }; at: string }[] }>(
          user,
          'GET',
          '/notices?limit=100',
        )
      ).body.items,
    /** Enters a vehicle with a tag that it has since yesterday. */
    async enter(
      given: { plate: string; kind: string; areas?: string[] },
      tag: string,
    ): Promise<string> {
      const body = { departmentId: 'warehouse', ...given };
      const made = await send<VehicleView>('safety', 'POST', '/vehicles', body);
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      await send('safety', 'POST', `/vehicles/${made.body.id}/tags`, { tag });
      const since = new Date(Date.now() - DAY_MS);
      await inTenant((tx) => tx.vehicleTag.updateMany({ where: { tag }, data: { since } }));
      return made.body.id;
    },
    /** A point at a machine, in the place of a seeded one. @returns how a card is shown at it. */
    async gate(machineId: string) {
      const device = `gate-of-${machineId}`;
      const credential = await makeDevice(api, 'gate', device);
      const body = { device, name: { zh: device, en: device }, machineId };
      await inTenant((tx) =>
        tx.gatePoint.updateMany({ where: { machineId }, data: { active: false } }),
      );
      const made = await send('maintainer', 'POST', '/gates/points', body);
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      return async (card: string) => {
        const at = new Date().toISOString();
        const answer = await fetch(`${api.url}/api/v1/gates/machine-start`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': ulid(),
            ...credential.headers,
          },
          body: JSON.stringify({ point: device, machine: machineId, card, at }),
        });
        return (await answer.json()) as { decision: string; reasons: { code: string }[] };
      };
    },
    stop: positions.stop,
  };
}
