import { outbox } from '$lib/outbox/outbox.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';

/** Kept for the report form offline: the lists of places, and where this user reported last. */
const forgotten = /^anshi\.(reference$|report\.last\.)/;

/** The next user of this browser learns nothing from it. Settings and unsent reports stay. */
function forget(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (forgotten.test(key)) localStorage.removeItem(key);
    }
  } catch {
    // Without browser storage there is nothing to forget.
  }
}

/** Sign-out: warns about unsent reports, which only this user can send. */
class SignOut {
  asking = $state(false);

  start(): void {
    if (outbox.unsent.length > 0) this.asking = true;
    else this.now();
  }

  now(): void {
    this.asking = false;
    session.signOut();
    forget();
  }
}

export const signOut = new SignOut();
