import type { SignInAnswer, User } from '$lib/api/types.ts';
import { endAtServer, oneTabAtATime, openTabs, renewByCookie, type TabMessage } from './renewal.ts';

// The access token lasts minutes and is in sessionStorage, which ends with the tab. The session is
// renewed by a one-time HttpOnly cookie. Only the user's name and rights are in localStorage, so
// that the app opens offline.
const tokenKey = 'anshi.session';
const userKey = 'anshi.user';
/** How long before its expiry a token is renewed, and no longer used. */
const renewBefore = 60_000;
const tooOld = 5_000;
/** Retry interval while the API is unreachable. */
const tryAgain = 15_000;

interface Stored {
  token: string;
  expiresAt: string;
  user: User;
}

function read<Value>(storage: () => Storage, key: string): Value | null {
  try {
    return JSON.parse(storage().getItem(key) ?? 'null') as Value | null;
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch {
    // Without browser storage the session lasts as long as the page.
  }
}

const inTab = () => sessionStorage;
const inBrowser = () => localStorage;

function readStored(): Stored | null {
  const stored = read<Stored>(inTab, tokenKey);
  return stored && Date.parse(stored.expiresAt) > Date.now() ? stored : null;
}

/** Copies of answers for use offline, see `api/offline-copy.ts`. */
export const copyPrefix = 'anshi.copy.';

function removeCopies(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(copyPrefix)) localStorage.removeItem(key);
    }
  } catch {
    // Without browser storage there are none.
  }
}

/** The signed-in user. The tabs of a browser share one session. */
class Session {
  #stored = $state.raw<Stored | null>(readStored());
  #user = $state.raw<User | null>(this.#stored?.user ?? read<User>(inBrowser, userKey));
  /** True after a session expired, until the next sign-in. */
  expired = $state(false);
  #renewing: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<(token: string) => void>();
  readonly #tabs = openTabs((message) => this.#hear(message));

  constructor() {
    if (this.#stored) this.#plan();
  }

  get user(): User | null {
    return this.#user;
  }

  /** The access token, possibly expired; see {@link fresh}. */
  get token(): string | null {
    return this.#stored?.token ?? null;
  }

  get expiresAt(): number {
    return this.#stored ? Date.parse(this.#stored.expiresAt) : 0;
  }

  start(answer: SignInAnswer): void {
    this.#take(answer);
    this.expired = false;
    this.#tabs.tell({ type: 'token', answer });
  }

  /** A valid token; null without a session, or while the API is unreachable. */
  async fresh(): Promise<string | null> {
    if (!this.#user) return null;
    if (this.#stored && this.expiresAt - Date.now() > tooOld) return this.#stored.token;
    return this.renew(this.token);
  }

  /**
   * Renews the token by the cookie, once for concurrent callers.
   *
   * @param instead the refused token: if there is a newer one already, that is returned.
   * @returns null where the session has ended, or the API is unreachable.
   */
  renew(instead: string | null): Promise<string | null> {
    if (!this.#user) return Promise.resolve(null);
    if (this.token && this.token !== instead) return Promise.resolve(this.token);
    this.#renewing ??= oneTabAtATime(() => this.#renew(instead)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Calls back with each new token, for long-lived connections. */
  onToken(listener: (token: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Updates the enabled features after a switch by this user, or rights that were changed. */
  setUser(changed: Partial<Pick<User, 'features' | 'permissions'>>): void {
    if (!this.#stored || !this.#user) return;
    const user = { ...this.#user, ...changed };
    this.#user = user;
    this.#stored = { ...this.#stored, user };
    write(inTab, tokenKey, this.#stored);
    write(inBrowser, userKey, user);
  }

  /** The API no longer accepts the session. */
  expire(): void {
    this.expired = this.#user !== null;
    this.#clear();
  }

  signOut(): void {
    this.expired = false;
    if (this.#user) {
      endAtServer(this.token);
      this.#tabs.tell({ type: 'signed-out' });
    }
    this.#clear();
  }

  async #renew(instead: string | null): Promise<string | null> {
    // Another tab may have renewed it while this one waited.
    if (this.token && this.token !== instead) return this.token;
    const user = this.#user?.id;
    const renewed = await renewByCookie(this.#user?.screen === true);
    if (!this.#user || this.#user.id !== user) return this.token;
    if (renewed.state === 'unreachable') {
      this.#plan(tryAgain);
      return null;
    }
    // Another user has signed in with this browser since: this page is not theirs.
    if (renewed.state === 'ended' || renewed.answer.user.id !== user) {
      this.expire();
      return null;
    }
    this.#take(renewed.answer);
    this.#tabs.tell({ type: 'token', answer: renewed.answer });
    return renewed.answer.accessToken;
  }

  #take({ accessToken, expiresAt, user }: SignInAnswer): void {
    this.#stored = { token: accessToken, expiresAt, user };
    this.#user = user;
    write(inTab, tokenKey, this.#stored);
    write(inBrowser, userKey, user);
    this.#plan();
    for (const listener of [...this.#listeners]) listener(accessToken);
  }

  /** Renews before the expiry; in the last fifth of short-lived tokens. */
  #plan(inMs?: number): void {
    clearTimeout(this.#timer);
    const left = Math.max(0, this.expiresAt - Date.now());
    const wait = inMs ?? left - Math.min(renewBefore, left / 5);
    // setTimeout accepts 31 bits of milliseconds.
    this.#timer = setTimeout(() => void this.renew(this.token), Math.min(wait, 2 ** 31 - 1));
  }

  #hear(message: TabMessage): void {
    if (message.type === 'signed-out') {
      if (this.#user) this.#clear();
      return;
    }
    // On the sign-in page: a sign-in in another tab applies here, too.
    if (this.#user && this.#user.id !== message.answer.user.id) {
      this.expire();
      return;
    }
    this.expired = false;
    this.#take(message.answer);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#stored = null;
    this.#user = null;
    write(inTab, tokenKey, null);
    write(inBrowser, userKey, null);
    removeCopies();
  }
}

export const session = new Session();
