import type { BadgeLocation, Camera, MachineState } from '$lib/api/types.ts';

/** A badge that was heard of within this time is on site. */
const onSiteWithin = 90_000;
/**
 * Machines tell when they change, so that a long run is silent. Silence over more than a shift is
 * rather a gateway that is gone: the state may be no longer true.
 */
const silentAfter = 8 * 3_600_000;

/** Where there is no room for all, these stay. */
const urgency: Record<MachineState['state'], number> = {
  fault: 0,
  stopped: 1,
  idle: 2,
  running: 3,
};

export interface MachineNow {
  id: string;
  state: MachineState['state'];
  /** When the machine said so. */
  at: string;
  /** Seconds in this state, never negative: the clock of a machine may be ahead. */
  seconds: number;
  /** Not heard of for so long that the state may be no longer true. */
  stale: boolean;
  /** The states that are told at once; none where they agree. */
  contradiction: MachineState['contradiction'];
}

/** The machines in the order of their ids. */
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

/** How many badges were heard of lately, each once, from however many places it was told. */
export function peopleOnSite(locations: readonly BadgeLocation[], now: number): number {
  const recent = locations.filter(
    (location) => now - Date.parse(location.timestamp_generated) <= onSiteWithin,
  );
  return new Set(recent.map((location) => location.provider_id)).size;
}

/** Cameras with a picture, of those that should have one. */
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
