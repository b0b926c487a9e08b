import type { WorkflowDefinition } from './definition.ts';

/** An edge: a transition from one of its states. */
export interface Edge {
  from: string;
  to: string;
  transition: string;
}

export const edgesOf = (
  { transitions }: WorkflowDefinition,
  without: ReadonlySet<string> = new Set(),
): Edge[] =>
  transitions
    .filter(({ id }) => !without.has(id))
    .flatMap(({ id, from, to }) => from.map((one) => ({ from: one, to, transition: id })));

/** The states reachable from the given ones, inclusive. */
export const forwards = (edges: readonly Edge[], start: ReadonlySet<string>): Set<string> =>
  walk(start, (at) => edges.filter(({ from }) => from === at).map(({ to }) => to));

/** The states from which the given ones are reachable, inclusive. */
export const backwards = (edges: readonly Edge[], start: ReadonlySet<string>): Set<string> =>
  walk(start, (at) => edges.filter(({ to }) => to === at).map(({ from }) => from));

function walk(start: ReadonlySet<string>, next: (at: string) => string[]): Set<string> {
  const seen = new Set(start);
  const queue = [...start];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const one of next(at)) {
      if (seen.has(one)) continue;
      seen.add(one);
      queue.push(one);
    }
  }
  return seen;
}
