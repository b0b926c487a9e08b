import { untrack } from 'svelte';
import { type Filters, writeFilters } from '$lib/features/violations/filters.ts';
import { fetchAhead, firstEvidence } from './ahead.ts';
import type { IncidentClaims } from './claims.svelte.ts';
import type { IncidentQueue } from './incident-queue.svelte.ts';
import type { QueueMarks } from './queue-marks.svelte.ts';

/** Unmarks what leaves the list: it is not marked when it comes back. To be called while the component is initialised. */
export function pruneMarks(
  marks: QueueMarks,
  queue: () => IncidentQueue,
  filters: () => Filters,
): void {
  const filterText = $derived(writeFilters(filters()));
  $effect(() => {
    void filterText;
    untrack(() => marks.clear());
  });
  $effect(() => {
    void [queue().items, queue().loading, marks.actions.progress];
    untrack(() => marks.prune());
  });
}

/** Loads the evidence of the incident after the open one. To be called while the component is initialised. */
export function loadFollowing(queue: () => IncidentQueue): void {
  const open = $derived(queue().selected);
  const following = $derived(
    queue().selectedIndex >= 0 ? (queue().items[queue().selectedIndex + 1] ?? null) : null,
  );
  /** Compared by text: rows that change otherwise load nothing. */
  const evidence = $derived(`${firstEvidence(open?.main)} ${firstEvidence(following?.main)}`);
  $effect(() => {
    void evidence;
    return untrack(() => (open && following ? fetchAhead(open.main, following.main) : undefined));
  });
}

/** Renews the lease of the open incident while it is on the screen. To be called while the component is initialised. */
export function keepClaim(
  queue: () => IncidentQueue,
  claims: () => IncidentClaims | undefined,
): void {
  $effect(() => {
    const id = queue().selectedId;
    return id === null ? undefined : claims()?.keep(id);
  });
}
