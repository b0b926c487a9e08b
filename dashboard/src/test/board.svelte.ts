import { openFirstEntry } from '$lib/kit/first-entry.svelte.ts';

/** A board of two columns whose list is still loading, for tests of its first entry. */
export class LoadingBoard {
  opened: string | null = null;
  #first: string | null | undefined = $state(undefined);
  readonly end: () => void;

  constructor() {
    this.end = $effect.root(() =>
      openFirstEntry({
        selected: () => this.opened,
        first: () => this.#first,
        open: (id) => {
          this.opened = id;
        },
      }),
    );
  }

  /** The list is there, with this entry first. */
  load(first: string | null): void {
    this.#first = first;
  }
}
