import { client, take } from '$lib/api/client.ts';
import { ApiError, toApiError } from '$lib/api/problem.ts';
import type { SignInAnswer } from '$lib/api/types.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';
import { session } from '$lib/session/session.svelte.ts';

export type Answer = SignInAnswer;

/**
 * Signs in.
 *
 * @param code of the second factor, if required.
 * @returns the API's response; the session starts with {@link enter}, since a user with a password
 *   set by an administrator has to choose a new one first.
 * @throws ApiError
 */
export function signIn(username: string, password: string, code = ''): Promise<SignInAnswer> {
  const totp = code.trim();
  return take(
    client.POST('/api/v1/auth/login', {
      body: { username, password, ...(totp ? { totp } : {}) },
    }),
  );
}

export const enter = (answer: SignInAnswer): void => session.start(answer);

/** Sets a new password and starts the session. @throws ApiError */
export async function choosePassword(
  answer: SignInAnswer,
  current: string,
  next: string,
): Promise<void> {
  const response = await fetch('/api/v1/auth/password', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${answer.accessToken}`,
    },
    body: JSON.stringify({ current, next }),
  }).catch((error: unknown) => {
    throw new ApiError(0, 'unreachable', String(error));
  });
  if (!response.ok) throw toApiError(response.status, await response.json().catch(() => null));
  enter({ ...answer, user: { ...answer.user, mustChangePassword: false } });
}

/** User name and password are right: only the code is missing. */
export const needsCode = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'auth.totp-needed';

/** Why the sign-in failed, with a remedy. */
export function explainSignIn(error: unknown, t: Dictionary): string {
  if (!(error instanceof ApiError)) return t.signIn.failed(String(error));
  if (error.code === 'auth.totp-wrong') return t.signIn.wrongCode;
  if (error.code === 'auth.password-weak') return t.signIn.weak;
  if (error.code === 'auth.busy') return t.signIn.tooMany;
  if (error.status === 0 || error.status >= 502) return t.signIn.unreachable;
  if (error.status === 401 || error.status === 400) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.tooMany;
  return t.signIn.failed(error.message);
}

/** The address after the sign-in: within this app only (no open redirect). */
export function returnAddress(to: string | null): string {
  return to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') ? to : '/';
}
