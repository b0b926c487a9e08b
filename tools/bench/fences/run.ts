import { type Intrusion, intrusionsOf } from '../../../api/src/modules/fences/intrusions.ts';
import type { Reading, Watched } from '../../../api/src/modules/fences/presence.ts';
import {
  advance,
  baseTime,
  inOrder,
  isOrdered,
  newTrack,
  replay,
} from '../../../api/src/modules/fences/track.ts';
import { grouped } from '../../../api/src/platform/kit/grouped.ts';
import type { FenceData, FenceFix } from './data.ts';

/** An intrusion as the product would have it. Ms since the epoch. */
export interface FoundEvent {
  fence: string;
  badge: string;
  /** The wall clock at which people are notified. */
  openedAt: number;
  from: number;
  until: number | null;
  withdrawn: boolean;
}

/** Lets fixes arrive in the order of their reception, as the product takes them: readings, rights, timers. */
export function runFences(data: FenceData): FoundEvent[] {
  const byBadge = grouped(data.fixes, ({ badge }) => badge);
  return data.fences.flatMap((fence) => {
    const area = data.areas.find(({ id }) => id === fence.area);
    if (!area) return [];
    const watched: Watched = {
      polygon: area.polygon,
      side: fence.kind === 'entry' ? 'inside' : 'outside',
    };
    const terms = {
      side: watched.side,
      dwellMs: fence.dwellSeconds * 1000,
      holdMs: fence.holdSeconds * 1000,
      activeSince: 0,
    };
    return [...byBadge].flatMap(([badge, fixes]) => {
      const person = data.bindings.find((one) => one.badge === badge)?.person ?? null;
      const known = data.rights
        .filter((one) => one.fence === fence.id && one.person === person)
        .sort((a, b) => a.from - b.from);
      const rights = known.length > 0 ? known : [{ from: 0, allowed: fence.kind === 'stay' }];
      return runBadge(fence.id, badge, area.floorPlan, fixes, watched, (now, heardAt, spells) =>
        intrusionsOf(
          spells,
          rights.filter(({ from }) => from <= now),
          terms,
          { now, heardAt },
        ),
      );
    });
  });
}

type Ask = (
  now: number,
  heardAt: number,
  spells: Parameters<typeof intrusionsOf>[0],
) => ReturnType<typeof intrusionsOf>;

function runBadge(
  fence: string,
  badge: string,
  plan: string,
  fixes: readonly FenceFix[],
  watched: Watched,
  ask: Ask,
): FoundEvent[] {
  const events: FoundEvent[] = [];
  let track = newTrack(watched);
  let history: Reading[] = [];
  let dueAt: number | null = null;
  const settle = (now: number) => {
    const { ended, spell, last } = track.now;
    const answer = ask(now, last?.at ?? 0, spell ? [...ended, spell] : ended);
    dueAt = answer.dueAt;
    sync(events, answer.intrusions, { fence, badge, now, since: baseTime(track) });
  };
  const arrivals = [...fixes].sort((a, b) => a.receivedAt - b.receivedAt || a.at - b.at);
  for (const fix of arrivals) {
    while (dueAt !== null && dueAt <= fix.receivedAt) settle(dueAt);
    const reading: Reading = {
      at: fix.at,
      source: fix.source,
      place: fix.floorPlan === plan ? { x: fix.x, y: fix.y, radius: fix.radius } : null,
      sure: fix.technique === 'rfid',
    };
    if (reading.at <= baseTime(track)) continue;
    history.push(reading);
    track = isOrdered(track, [reading])
      ? advance(track, [reading], watched)
      : replay(track, history.sort(inOrder), watched);
    const since = baseTime(track);
    if (history.length > 2_000) history = history.filter(({ at }) => at > since);
    settle(fix.receivedAt);
  }
  while (dueAt !== null) settle(dueAt);
  return events;
}

/** The events by what is known now: new ones opened, those that moved changed, those that are no more taken back. */
function sync(
  events: FoundEvent[],
  intrusions: readonly Intrusion[],
  at: { fence: string; badge: string; now: number; since: number },
): void {
  const { fence, badge, now, since } = at;
  const kept = new Set<FoundEvent>();
  for (const { from, until } of intrusions) {
    const same = events.find(
      (one) => !one.withdrawn && one.from <= (until ?? now) && (one.until ?? now) >= from,
    );
    if (same) Object.assign(same, { from, until });
    const event = same ?? { fence, badge, openedAt: now, from, until, withdrawn: false };
    if (!same) events.push(event);
    kept.add(event);
  }
  for (const one of events) {
    if (!kept.has(one) && one.from > since) one.withdrawn = true;
  }
}
