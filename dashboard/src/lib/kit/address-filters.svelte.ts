import { goto } from '$app/navigation';
import { page } from '$app/state';
import { keepChange } from './kept-filters.svelte.ts';

interface Codec<Values> {
  read(query: URLSearchParams): Values;
  write(values: Values): string;
}

/**
 * Filters stored in the page's address, for links, reloads and the back button. A page that opens a
 * record keeps them: `goto(`/suppliers/${id}${filters.search}`)`.
 */
export class AddressFilters<Values> {
  readonly #codec: Codec<Values>;
  readonly search = $derived.by(() => this.#codec.write(this.value));

  constructor(codec: Codec<Values>) {
    this.#codec = codec;
  }

  get value(): Values {
    return this.#codec.read(page.url.searchParams);
  }

  /** What the person changes on the page: replaces the address; the back button leaves the list. */
  set(values: Values): void {
    const search = this.#codec.write(values);
    keepChange(page.url, search);
    void goto(`${page.url.pathname}${search}`, {
      replaceState: true,
      keepFocus: true,
      noScroll: true,
    });
  }
}
