import { session } from '$lib/session/session.svelte.ts';

/** Parameters of the address that belong to the screen, not to one look at it. */
const KEPT = ['group', 'patrol'];

/** The wall as this person left it in this window: its group and patrol. */
class WallAddress {
  #kept = $state.raw({ user: '', search: '' });

  get value(): string {
    const { user, search } = this.#kept;
    return search && user === session.user?.id ? `/?${search}` : '/';
  }

  /** @param query of the wall's address. */
  keep(query: URLSearchParams): void {
    const kept = [...query].filter(([name]) => KEPT.includes(name));
    this.#kept = { user: session.user?.id ?? '', search: new URLSearchParams(kept).toString() };
  }
}

export const wallAddress = new WallAddress();
