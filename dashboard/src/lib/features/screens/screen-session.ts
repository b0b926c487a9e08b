import type { ScreenSession } from './screens-api.ts';

export interface Pairing {
  code: string;
  /** RFC 3339. */
  expiresAt: string;
}

export type ScreenState =
  | { name: 'paired'; session: ScreenSession }
  /** It has to show a code. */
  | { name: 'not-paired' }
  | { name: 'away' };

const post = (path: string): Promise<Response> =>
  fetch(`/api/v1/screen/${path}`, { method: 'POST', credentials: 'same-origin' });

/** Whether this browser is a paired screen, by its HttpOnly cookie. */
export async function readScreen(): Promise<ScreenState> {
  try {
    const answer = await post('session');
    if (answer.ok) return { name: 'paired', session: (await answer.json()) as ScreenSession };
    return { name: answer.status === 401 ? 'not-paired' : 'away' };
  } catch {
    return { name: 'away' };
  }
}

/** A code to show; null where the server gives none now. */
export async function beginPairing(): Promise<Pairing | null> {
  try {
    const answer = await post('pairing');
    return answer.ok ? ((await answer.json()) as Pairing) : null;
  } catch {
    return null;
  }
}
