import type { SignInAnswer } from '$lib/api/types.ts';

/**
 * `ended`: the API no longer accepts the cookie. `unreachable`: no response, or a server error; the
 * state of the session is unknown.
 */
export type Renewed =
  | { state: 'good'; answer: SignInAnswer }
  | { state: 'ended' }
  | { state: 'unreachable' };

/**
 * Requests a new access token by the HttpOnly cookie.
 *
 * @param isScreen whether it is that of a screen on a wall.
 */
export async function renewByCookie(isScreen = false): Promise<Renewed> {
  let response: Response;
  try {
    const path = isScreen ? '/api/v1/screen/session' : '/api/v1/auth/refresh';
    response = await fetch(path, { method: 'POST', credentials: 'same-origin' });
  } catch {
    return { state: 'unreachable' };
  }
  if (response.status === 401 || response.status === 403) return { state: 'ended' };
  if (!response.ok) return { state: 'unreachable' };
  try {
    return { state: 'good', answer: (await response.json()) as SignInAnswer };
  } catch {
    return { state: 'unreachable' };
  }
}

/** Ends the session at the API, without waiting for it. */
export function endAtServer(token: string | null): void {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  try {
    void Promise.resolve(
      fetch('/api/v1/auth/logout', {
        method: 'POST',
        credentials: 'same-origin',
        keepalive: true,
        headers,
      }),
    ).catch(() => {});
  } catch {
    // No network: the cookie expires by itself.
  }
}

/** One tab at a time: the cookie works once, and concurrent use would waste one. */
export function oneTabAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  return typeof navigator !== 'undefined' && navigator.locks
    ? (navigator.locks.request('anshi.session', work) as Promise<Result>)
    : work();
}

/** Messages between the tabs of one browser. */
export type TabMessage = { type: 'token'; answer: SignInAnswer } | { type: 'signed-out' };

export interface Tabs {
  tell(message: TabMessage): void;
}

export function openTabs(listener: (message: TabMessage) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => {} };
  const channel = new BroadcastChannel('anshi.session');
  // In tests outside of a browser it must not keep the process alive.
  (channel as { unref?: () => void }).unref?.();
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => listener(data);
  return {
    tell(message) {
      // A snapshot: reactive proxies cannot be cloned.
      channel.postMessage(JSON.parse(JSON.stringify(message)));
    },
  };
}
