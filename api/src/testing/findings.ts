import type { Finding } from '../modules/incidents/finding.ts';
import type { Path } from '../modules/incidents/fit.ts';

/** A finding for tests; times in seconds. Confirmed after 2 s. */
export function finding(
  id: string,
  given: {
    from: number;
    /** Null while it lasts. */
    to: number | null;
    camera?: string;
    actor?: string | null;
    path?: Path;
    plan?: string | null;
  },
): Finding {
  const { from, to, camera = 'west', actor = 'a', path = [], plan = 'hall' } = given;
  return {
    id,
    subject: 'person',
    camera,
    plan,
    actor,
    startedAt: from * 1_000,
    confirmedAt: path.at(-1)?.at ?? (from + 2) * 1_000,
    endedAt: to === null ? null : to * 1_000,
    path,
    pin: null,
    isClosed: false,
    isTakenOut: false,
    person: null,
    isDecided: false,
    incident: null,
  };
}

/** A straight path, in seconds, metres and metres per second. */
export function walking(
  from: number,
  to: number,
  start: readonly [number, number],
  speed: readonly [number, number],
  {
    rate = 5,
    deviation = 0.1,
    nearest,
  }: { rate?: number; deviation?: number; nearest?: number | null | undefined } = {},
): Path {
  return Array.from({ length: Math.floor((to - from) * rate) + 1 }, (_, n) => {
    const seconds = n / rate;
    return {
      at: Math.round((from + seconds) * 1_000),
      floor: [start[0] + speed[0] * seconds, start[1] + speed[1] * seconds],
      deviation,
      nearest,
    };
  });
}

export const standing = (from: number, to: number, at: readonly [number, number]): Path =>
  walking(from, to, at, [0, 0]);
