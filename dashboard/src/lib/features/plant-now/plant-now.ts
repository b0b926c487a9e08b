import type { BadgeLocation, Camera, MachineState } from '$lib/api/types.ts';

/** A badge with a position within this time is on site. */
const onSiteWithin = 90_000;
/**
 * Machines publish changes only, so a long run is silent. Silence over more than a shift suggests a
 * failed gateway: the state may be outdated.
 */
const silentAfter = 8 * 3_600_000;

/** Priority of states where space is limited. */
const urgency: Record<MachineState['state'], number> = {
  fault: 0,
  stopped: 1,
  idle: 2,
  running: 3,
};

export interface MachineNow {
  id: string;
  state: MachineState['state'];
  /** Time of the machine's message. */
  at: string;
  /** Seconds in this state, never negative: the clock of a machine may be ahead. */
  seconds: number;
  /** No message for so long that the state may be outdated. */
  stale: boolean;
  /** Contradicting states; none where they agree. */
  contradiction: MachineState['contradiction'];
}

/** The machines ordered by id. */
export function machinesNow(states: readonly MachineState[], now: number): MachineNow[] {
  return states
    .map(({ machine, state, at, contradiction }) => {
      const age = Math.max(0, now - Date.parse(at));
      const stale = age > silentAfter;
      return { id: machine, state, at, seconds: age / 1000, stale, contradiction };
    })
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/**
 * At most `room` machines, the most urgent, in their usual places so that none jumps about. All
 * faults and all contradictions are shown, whatever the room.
 */
export function mostUrgent(machines: readonly MachineNow[], room: number): MachineNow[] {
  const rankOf = (machine: MachineNow) =>
    machine.contradiction.length > 0 ? 0 : urgency[machine.state];
  const ranked = [...machines].sort((a, b) => rankOf(a) - rankOf(b));
  const chosen = new Set(ranked.filter((machine, rank) => rank < room || rankOf(machine) === 0));
  return machines.filter((machine) => chosen.has(machine));
}

/** Number of distinct badges seen lately. */
export function peopleOnSite(locations: readonly BadgeLocation[], now: number): number {
  const recent = locations.filter(
    (location) => now - Date.parse(location.timestamp_generated) <= onSiteWithin,
  );
  return new Set(recent.map((location) => location.provider_id)).size;
}

/** Live cameras, and enabled ones. */
export function camerasLive(cameras: readonly Camera[]): {
  live: number;
  of: number;
  fault: boolean;
} {
  const wanted = cameras.filter((camera) => camera.enabled);
  return {
    live: wanted.filter((camera) => camera.health?.state === 'live').length,
    of: wanted.length,
    fault: wanted.some((camera) => camera.health?.state === 'fault'),
  };
}
