import { ulid } from 'ulid';
import type { AreaFence, FenceEventView } from '../modules/fences/schema.ts';
import type { DecidedRight } from '../modules/fences/state.ts';
import { openPositionsWorld } from './positions-world.ts';
import { until } from './site.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
type Place = readonly [x: number, y: number];
/** On the plan of the demonstration, metres. */
export const places = { cell: [12, 11], outside: [12, 4], rack: [20, 12] } as const;

export type FenceWorld = Awaited<ReturnType<typeof openFences>>;

/** The plant of the demonstration with its fences, and wearers who agreed yesterday. */
export async function openFences() {
  const positions = await openPositionsWorld();
  const { api, database } = positions;
  const inTenant = <Result>(
    work: Parameters<typeof database.transaction<Result>>[1],
  ): Promise<Result> => database.transaction({ tenant: 'demo', user: null }, work);
  const yesterday = new Date(Date.now() - DAY_MS);
  await inTenant(async (tx) => {
    await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
    await tx.badge.updateMany({ data: { since: yesterday } });
    // A return is a new event in these tests, and fences are active since yesterday.
    await tx.areaFence.updateMany({ data: { holdSeconds: 0, activeSince: yesterday } });
    const worn = await tx.badge.findMany({ where: { until: null } });
    await tx.consent.createMany({
      data: worn.map(({ personId }) => ({
        tenantId: 'demo',
        personId,
        purposeId: 'badge-tracking',
        noticeVersion: 1,
        scope: [],
        decision: 'given',
        how: 'desk',
        at: yesterday,
      })),
    });
  });
  const send = api.send;
  /** The time of the last fix of each badge. */
  const clocks = new Map<string, number>();

  const fixAt = async (badge: string, at: number, [x, y]: Place) => {
    clocks.set(badge, Math.max(at, clocks.get(badge) ?? 0));
    await positions.fix(badge, {
      position: { type: 'Point', coordinates: [x, y] },
      accuracy: 0.5,
      timestamp_generated: new Date(at).toISOString(),
    });
  };
  // By the table: thousands of requests while waiting would meet the limit of requests.
  const eventIds = (badge: string, state?: string) =>
    inTenant((tx) =>
      tx.fenceEvent.findMany({
        where: { badge, ...(state === undefined ? {} : { state }) },
        select: { id: true },
        orderBy: { id: 'desc' },
      }),
    );
  const events = async (badge: string, state?: string): Promise<FenceEventView[]> => {
    const found: FenceEventView[] = [];
    for (const { id } of await eventIds(badge, state)) {
      found.push((await send<FenceEventView>('safety', 'GET', `/area-fences/events/${id}`)).body);
    }
    return found;
  };

  const inUse = (id: string) =>
    until(
      () => inTenant((tx) => tx.areaFence.findFirst({ where: { id, renewAt: null } })),
      'the changed fence is in use',
    );

  return {
    positions,
    api,
    inUse,
    /** Waits until the last fix of a badge is stored. */
    stored: (badge: string) =>
      until(
        () =>
          inTenant((tx) =>
            tx.locationHistory.findFirst({
              where: { providerId: badge, generatedAt: new Date(clocks.get(badge) ?? 0) },
            }),
          ),
        `the last fix of ${badge} is stored`,
      ),
    /** Waits until all that is due at a fence is decided. */
    settled: (fenceId: string) =>
      until(
        async () =>
          (await inTenant((tx) =>
            tx.fenceTrack.count({ where: { fenceId, dueAt: { lte: new Date() } } }),
          )) === 0,
        'all that is due is decided',
      ),
    send,
    inTenant,
    fixAt,
    events,
    /**
     * Fixes a second apart that were heard in the last minute, at one place.
     *
     * @returns the time of the last fix of the badge before them, ms; 0 for none.
     */
    async walk(badge: string, place: Place, seconds: number): Promise<number> {
      const before = clocks.get(badge) ?? 0;
      const first = Math.max(Date.now() - 50_000, before + 1_000);
      for (let n = 0; n < seconds; n++) await fixAt(badge, first + n * 1_000, place);
      return before;
    },
    /** A fix each second, as it happens. */
    async live(badge: string, place: Place, seconds: number): Promise<void> {
      for (let n = 0; n < seconds; n++) {
        await fixAt(badge, Date.now(), place);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    },
    /** The newest event of the badge, once it is in that state. */
    eventOf: (badge: string, state: FenceEventView['state']): Promise<FenceEventView> =>
      until(async () => (await events(badge, state))[0], `an event of ${badge} is ${state}`),
    fences: async () =>
      (await send<{ items: AreaFence[] }>('safety', 'GET', '/area-fences')).body.items,
    async fenceOf(area: string): Promise<AreaFence> {
      const { body } = await send<{ items: AreaFence[] }>('safety', 'GET', '/area-fences');
      const found = body.items.find(({ areaId }) => areaId === area);
      if (!found) throw new Error(`no fence on ${area}`);
      return found;
    },
    body: (areaId: string, kind: 'entry' | 'stay') => ({
      areaId,
      kind,
      name: { zh: areaId, en: areaId },
      severity: 'warning',
      dwellSeconds: 2,
      holdSeconds: 0,
      matched: false,
      posts: [],
      assigned: false,
    }),
    tracks: (badge: string) =>
      inTenant(async (tx) =>
        (await tx.fenceTrack.findMany({ where: { badge } })).map((row) => ({
          ...row,
          rights: row.rights as unknown as DecidedRight[],
        })),
      ),
    /** The links of the notices of a user. */
    noticesOf: async (user: string) =>
      (
        await send<{ items: { link: string | null }[] }>(user, 'GET', '/notices?limit=100')
      ).body.items.map(({ link }) => link),
    /** A gate lets the person into the area for some seconds. @returns its end. */
    async override(person: string, area: string, seconds: number): Promise<Date> {
      const untilAt = new Date(Date.now() + seconds * 1_000);
      await inTenant((tx) =>
        tx.gateOverride.create({
          data: {
            tenantId: 'demo',
            id: ulid(),
            personId: person,
            kind: 'entry',
            target: area,
            reason: 'shows visitors around',
            givenBy: ulid(),
            fromAt: new Date(untilAt.getTime() - HOUR_MS),
            untilAt,
          },
        }),
      );
      return untilAt;
    },
    /** Waits until a changed fence is looked at; then fixes from before it was made count. */
    async sinceYesterday(id: string): Promise<void> {
      await inUse(id);
      await inTenant(async (tx) => {
        await tx.areaFence.updateMany({ where: { id }, data: { activeSince: yesterday } });
        await tx.fenceTrack.deleteMany({ where: { fenceId: id } });
      });
    },
    /** A job in the area that runs, with the person on it. */
    async assign(person: string, areaId: string): Promise<void> {
      const [id, from, end] = [ulid(), yesterday, new Date(Date.now() + DAY_MS)];
      const span = { from, until: end };
      await inTenant(async (tx) => {
        await tx.workJob.create({
          data: {
            tenantId: 'demo',
            id,
            key: id,
            digest: '0'.repeat(64),
            title: 'assembly',
            areaId,
            ...span,
            minCrew: 1,
            status: 'running',
            createdBy: ulid(),
          },
        });
        await tx.workAssignment.create({
          data: {
            tenantId: 'demo',
            id: ulid(),
            jobId: id,
            personId: person,
            ...span,
            special: false,
            decision: 'allow',
            assignedBy: ulid(),
            assignedAt: from,
          },
        });
      });
    },
    stop: positions.stop,
  };
}
