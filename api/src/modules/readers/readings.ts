import type { Location } from '@anshi/contracts';

/** Reads are counted by seconds, for a minute. */
const SECONDS = 60;
/** So many names are remembered: a system may send for any badge. */
const MOST_NAMES = 20_000;

interface Counts {
  lastAt: number;
  /** Of each of the last seconds, by its number. */
  bySecond: Map<number, number>;
}

/** The source that a location is of: the reader, or the tracker by GPS, as their credentials name them. */
export const readerOf = ({ source, provider_id, provider_type }: Location): string =>
  provider_type === 'gps' && source === 'traccar' ? provider_id : (source.split('/')[0] ?? source);

/** How often each source sent a position, in memory. */
export function createReadings(now: () => number = Date.now) {
  const counts = new Map<string, Counts>();
  const secondOf = (ms: number) => Math.floor(ms / 1000);
  function forget(one: Counts, at: number): void {
    for (const second of one.bySecond.keys()) {
      if (second > secondOf(at) - SECONDS) break;
      one.bySecond.delete(second);
    }
  }
  return {
    note(name: string): void {
      const at = now();
      const known = counts.get(name) ?? { lastAt: at, bySecond: new Map<number, number>() };
      known.lastAt = at;
      const second = secondOf(at);
      known.bySecond.set(second, (known.bySecond.get(second) ?? 0) + 1);
      forget(known, at);
      if (!counts.has(name) && counts.size >= MOST_NAMES) {
        const [oldest] = counts.keys();
        counts.delete(oldest as string);
      }
      counts.set(name, known);
    },
    /** @returns null for one that was never heard by this process. */
    of(name: string): { lastAt: number; perMinute: number } | null {
      const known = counts.get(name);
      if (!known) return null;
      forget(known, now());
      const perMinute = [...known.bySecond.values()].reduce((sum, n) => sum + n, 0);
      return { lastAt: known.lastAt, perMinute };
    },
    /** Names that were heard since then, with the time. */
    since: (ms: number): { name: string; at: number }[] =>
      [...counts]
        .filter(([, { lastAt }]) => lastAt > ms)
        .map(([name, { lastAt: at }]) => ({ name, at })),
  };
}
