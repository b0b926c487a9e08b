import {
  POSITIONS_RENEW_MS,
  POSITIONS_VALID_MS,
  type PositionsStateContent,
  topics,
} from '@anshi/contracts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { earlierSuspects, suspectBadges } from '../locations/suspects.ts';
import { dayAt, unseenPeople, wearersOf, withdrawnHandles } from './handles.ts';
import { signedFor, workersInForce } from './publish.ts';

/** Consents and badges change in other processes, too: silence within a second. */
const EVERY_MS = 700;
/** As many as the message holds. On a day with more, no names are given. */
const MOST_WITHDRAWN = 5_000;
const MOST_SUSPECT = 1_000;

/**
 * Tells workers what holds for all positions of each floor plan: retained, signed, with an end; again every
 * 10 s, where it changes, and after each connection to the broker. What is configured no more is taken away.
 */
export function publishPositionsState(
  platform: Pick<
    Platform,
    'bus' | 'busSigner' | 'database' | 'features' | 'services' | 'settings' | 'log'
  >,
): Loop {
  const { bus, database, features, services, settings, log } = platform;
  const { tenant, timeZone } = settings;
  const { configuration } = services.get('cameras');
  /** By topic: what was told last, and when in monotonic time. */
  let published = new Map<string, { text: string; at: number }>();
  let since: number | null = null;

  async function pass(): Promise<boolean> {
    if (!bus.connected) return false;
    if (bus.connectedSince !== since) {
      published = new Map();
      since = bus.connectedSince;
    }
    const plans = features.isOn('positioning')
      ? configuration.file.sites.flatMap((site) =>
          site.floorPlans.map(({ id }) => ({ plan: id, site: site.id })),
        )
      : [];
    if (plans.length === 0 && published.size === 0) return false;
    const now = new Date();
    const day = dayAt(timeZone, now);
    const { withdrawn, suspects, earlier, unseen, workers } = await database.transaction(
      { tenant, user: null },
      async (tx) => ({
        withdrawn: await withdrawnHandles(tx, day),
        // Of badges that no reader heard yet today, too: no fix comes before it.
        suspects: handlesOf(await wearersOf(tx, tenant, day, await suspectBadges(tx))),
        earlier: await earlierSuspects(tx, day),
        unseen: await unseenPeople(tx, [...new Set(plans.map(({ site }) => site))]),
        workers: await workersInForce(tx),
      }),
    );
    if (withdrawn.length > MOST_WITHDRAWN) {
      log.error({ handles: withdrawn.length }, 'too many handles were withdrawn today: no names');
      return false;
    }
    if (suspects.length > MOST_SUSPECT) {
      log.error({ handles: suspects.length }, 'too many badges were handed over in view: no names');
      return false;
    }
    // Those of today come first: without one of the days before, a worker only tells again what is known.
    const suspect = [...suspects, ...earlier].slice(0, MOST_SUSPECT);
    const wanted = new Set<string>();
    for (const { plan, site } of plans) {
      const topic = topics.positionsState(tenant, plan);
      // Two sites with a plan of the same name: the first one has it.
      if (wanted.has(topic)) continue;
      wanted.add(topic);
      const shares = unseen.get(site) ?? { unseenBadge: 0, noBadge: 1 };
      const fixed = { floorPlan: plan, day, withdrawn, suspect, ...shares };
      const text = JSON.stringify([fixed, workers]);
      const last = published.get(topic);
      if (last?.text === text && performance.now() - last.at < POSITIONS_RENEW_MS) continue;
      const content = JSON.stringify({
        ...fixed,
        at: now.toISOString(),
        validUntil: new Date(now.getTime() + POSITIONS_VALID_MS).toISOString(),
      } satisfies PositionsStateContent);
      const message = signedFor(platform, workers, topic, content);
      await bus.publishRetainedAcknowledged(topic, message);
      published.set(topic, { text, at: performance.now() });
    }
    for (const topic of [...published.keys()]) {
      if (wanted.has(topic)) continue;
      await bus.publishRetainedAcknowledged(topic, '');
      published.delete(topic);
    }
    return false;
  }

  return startLoop({ name: 'positions', log, everyMs: EVERY_MS, pass });
}

const handlesOf = (wearers: ReadonlyMap<string, { handle: string }>): string[] =>
  [...wearers.values()].map(({ handle }) => handle).sort();
