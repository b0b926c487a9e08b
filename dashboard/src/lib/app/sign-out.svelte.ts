import { outbox } from '$lib/outbox/outbox.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';

/** The way out: whoever has unsent reports is told first, since nobody else can send them. */
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
