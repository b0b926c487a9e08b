import type { Location } from '@anshi/contracts';

/** So many fixes are remembered. */
const MOST = 50_000;

/** Knows which fixes came to this process already. Each process of the API takes the same ones from the bus, once. */
export function createSeen() {
  // Two generations: the older one is forgotten as a whole.
  let [young, old] = [new Set<string>(), new Set<string>()];
  return {
    /** Whether the same badge was told for the same instant by the same source; it is from now on. */
    before({ provider_type, provider_id, source, timestamp_generated }: Location): boolean {
      const key = `${provider_type} ${provider_id} ${source} ${Date.parse(timestamp_generated)}`;
      if (young.has(key) || old.has(key)) return true;
      young.add(key);
      if (young.size >= MOST / 2) [young, old] = [new Set(), young];
      return false;
    },
  };
}
