import type { Chain, ChainItem } from './chain-api.ts';

export const parts = ['before', 'during', 'after'] as const;
export type Part = (typeof parts)[number];

/** A kind with its entries, in the order in which the modules are asked. */
export interface KindOfPart {
  kind: Chain['kinds'][number];
  items: ChainItem[];
}

/** The kinds of a part that have entries, and the others. A part of which nothing may be asked has neither. */
export function partOf(chain: Chain, part: Part): { found: KindOfPart[]; empty: Chain['kinds'] } {
  const asked = chain.kinds.filter((one) => one.part === part);
  const found = asked
    .map((kind) => ({ kind, items: chain.items.filter((item) => item.kind === kind.kind) }))
    .filter(({ items }) => items.length > 0);
  const empty = asked.filter(({ kind }) => !found.some((one) => one.kind.kind === kind));
  return { found, empty };
}

/** What happened at an instant, of the kinds that are not hidden. */
export const eventsOf = (chain: Chain, hidden: readonly string[] = []): ChainItem[] =>
  chain.items.filter(({ at, kind }) => at !== null && !hidden.includes(kind));

/** The kinds that have events, in the order of the chain. */
export const kindsWithEvents = (chain: Chain): Chain['kinds'] =>
  chain.kinds.filter(({ kind }) =>
    chain.items.some((item) => item.kind === kind && item.at !== null),
  );
