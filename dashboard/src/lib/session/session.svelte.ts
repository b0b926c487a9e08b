import type { SignInAnswer, User } from '$lib/api/types.ts';

// sessionStorage, not localStorage: the token of a shared control-room computer is gone with the
// tab, and no other tab or later user finds it. It is not in a cookie because the API then needed
// protection against forged requests; the strict content policy keeps foreign scripts away from it.
const key = 'anshi.session';

interface Stored {
  token: string;
  expiresAt: string;
  user: User;
}

function read(): Stored | null {
  try {
    const value = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Stored | null;
    return value && Date.parse(value.expiresAt) > Date.now() ? value : null;
  } catch {
    return null;
  }
}

/** Who is signed in, in this tab. */
class Session {
  #stored = $state<Stored | null>(read());
  /** True after a session ended by itself, until the next sign-in. */
  expired = $state(false);

  readonly user = $derived(this.#stored?.user ?? null);

  get token(): string | null {
    return this.#stored?.token ?? null;
  }

  get expiresAt(): number {
    return this.#stored ? Date.parse(this.#stored.expiresAt) : 0;
  }

  start(answer: SignInAnswer): void {
    this.#stored = {
      token: answer.accessToken,
      expiresAt: answer.expiresAt,
      user: answer.user,
    };
    this.expired = false;
    sessionStorage.setItem(key, JSON.stringify(this.#stored));
  }

  /** The API no longer takes the token. */
  expire(): void {
    this.expired = this.#stored !== null;
    this.#clear();
  }

  signOut(): void {
    this.expired = false;
    this.#clear();
  }

  #clear(): void {
    this.#stored = null;
    sessionStorage.removeItem(key);
  }
}

export const session = new Session();
