import { outbox } from '$lib/outbox/outbox.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';

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
  }
}

export const signOut = new SignOut();
