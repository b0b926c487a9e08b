import type { Location } from '@anshi/contracts';

/** So many fixes are remembered. */
const MOST = 50_000;

/** The same badge at the same instant by the same source; the instant as it was sent. */
export const keyOfFix = (
  { provider_type, provider_id, source, timestamp_generated }: Location,
  claimedAt: number | null,
): string =>
  `${provider_type} ${provider_id} ${source} ${claimedAt ?? Date.parse(timestamp_generated)}`;

/** Knows which fixes this process stored already. Each process of the API takes the same ones from the bus, once. */
export function createSeen() {
  // Two generations: the older one is forgotten as a whole.
  let [young, old] = [new Set<string>(), new Set<string>()];
  return {
    has: (key: string): boolean => young.has(key) || old.has(key),
    /** To be called after the commit: what failed is sent again, and is no double then. */
    add(key: string): void {
      if (young.has(key) || old.has(key)) return;
      young.add(key);
      if (young.size >= MOST / 2) [young, old] = [new Set(), young];
    },
  };
}
