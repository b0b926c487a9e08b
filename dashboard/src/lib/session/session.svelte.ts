import type { SignInAnswer, User } from '$lib/api/types.ts';
import { endAtServer, oneTabAtATime, openTabs, renewByCookie, type TabMessage } from './renewal.ts';

// The access token lasts minutes and lies in sessionStorage: gone with the tab. What keeps the
// session alive is a cookie that no script can read and that works once. Of the user, only the name
// and rights are in localStorage, so that the app opens where there is no network.
const tokenKey = 'anshi.session';
const userKey = 'anshi.user';
/** How long before its end a token is renewed, and no longer used. */
const renewBefore = 60_000;
const tooOld = 5_000;
/** Tried again after so long where the API could not be reached. */
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
    // A browser that keeps nothing: the session lasts as long as the page.
  }
}

const inTab = () => sessionStorage;
const inBrowser = () => localStorage;

function readStored(): Stored | null {
  const stored = read<Stored>(inTab, tokenKey);
  return stored && Date.parse(stored.expiresAt) > Date.now() ? stored : null;
}

/** Who is signed in. The tabs of a browser share one session. */
class Session {
  #stored = $state.raw<Stored | null>(readStored());
  #user = $state.raw<User | null>(this.#stored?.user ?? read<User>(inBrowser, userKey));
  /** True after a session ended by itself, until the next sign-in. */
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

  /** The access token, which may be over; see {@link fresh}. */
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

  /** A token that still lasts; null where nobody is signed in, or the API cannot be reached. */
  async fresh(): Promise<string | null> {
    if (!this.#user) return null;
    if (this.#stored && this.expiresAt - Date.now() > tooOld) return this.#stored.token;
    return this.renew(this.token);
  }

  /**
   * Gets the next token by the cookie, once for all who ask at the same time.
   *
   * @param instead the token that is no longer taken: where another is there already, it is that.
   * @returns null where the session has ended, or where the API cannot be reached.
   */
  renew(instead: string | null): Promise<string | null> {
    if (!this.#user) return Promise.resolve(null);
    if (this.token && this.token !== instead) return Promise.resolve(this.token);
    this.#renewing ??= oneTabAtATime(() => this.#renew(instead)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Calls back with each new token, for what stays open longer than one lasts. */
  onToken(listener: (token: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over which modules are on, as soon as the person has switched one. */
  setFeatures(features: string[]): void {
    if (!this.#stored || !this.#user) return;
    const user = { ...this.#user, features };
    this.#user = user;
    this.#stored = { ...this.#stored, user };
    write(inTab, tokenKey, this.#stored);
    write(inBrowser, userKey, user);
  }

  /** The API no longer takes the session. */
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
    // Another tab may have been faster while this one waited for its turn.
    if (this.token && this.token !== instead) return this.token;
    const user = this.#user?.id;
    const renewed = await renewByCookie();
    if (!this.#user || this.#user.id !== user) return this.token;
    if (renewed.state === 'unreachable') {
      this.#plan(tryAgain);
      return null;
    }
    // Someone else has signed in with this browser since: this page is not theirs.
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

  /** Renews before the end; the last fifth where a token lasts less than minutes. */
  #plan(inMs?: number): void {
    clearTimeout(this.#timer);
    const left = Math.max(0, this.expiresAt - Date.now());
    const wait = inMs ?? left - Math.min(renewBefore, left / 5);
    // setTimeout takes 31 bits of milliseconds.
    this.#timer = setTimeout(() => void this.renew(this.token), Math.min(wait, 2 ** 31 - 1));
  }

  #hear(message: TabMessage): void {
    if (message.type === 'signed-out') {
      if (this.#user) this.#clear();
      return;
    }
    // On the sign-in page nobody is: whoever signed in beside it is let in too.
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
  }
}

export const session = new Session();
