import { client, take } from '$lib/api/client.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';
import { session } from '$lib/session/session.svelte.ts';

/** @throws ApiError */
export async function signIn(username: string, password: string): Promise<void> {
  session.start(await take(client.POST('/api/v1/auth/login', { body: { username, password } })));
}

/** Why the sign-in failed and what to do. */
export function explainSignIn(error: unknown, t: Dictionary): string {
  if (!(error instanceof ApiError)) return t.signIn.failed(String(error));
  if (error.status === 0 || error.status >= 502) return t.signIn.unreachable;
  if (error.status === 401 || error.status === 400) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.tooMany;
  return t.signIn.failed(error.message);
}

/** Where to go after the sign-in: an address of this app only, never another site's. */
export function returnAddress(to: string | null): string {
  return to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') ? to : '/';
}
