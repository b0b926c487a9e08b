import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import SignInForm from './SignInForm.svelte';
import { returnAddress } from './sign-in.ts';

let answer: () => Promise<Response>;
const onSignedIn = vi.fn();
const problem = (status: number, code: string): Response =>
  Response.json({ type: 'about:blank', title: code, status, code, detail: code }, { status });

async function tryWith(password: string): Promise<void> {
  const user = userEvent.setup();
  render(SignInForm, { props: { expired: false, onSignedIn } });
  await user.type(screen.getByTestId('username'), 'safety');
  if (password) await user.type(screen.getByTestId('password'), password);
  await user.click(screen.getByTestId('sign-in'));
}

beforeEach(() => {
  i18n.set('en');
  session.signOut();
  onSignedIn.mockReset();
  vi.stubGlobal('fetch', () => answer());
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('sign-in', () => {
  it.each([
    [
      'a wrong password',
      () => Promise.resolve(problem(401, 'auth.refused')),
      'Wrong username or password',
    ],
    ['too many tries', () => Promise.resolve(problem(429, 'auth.too-many')), 'Too many tries'],
    ['no server', () => Promise.reject(new TypeError('failed')), 'cannot be reached'],
  ])('says what to do about %s', async (_, result, text) => {
    answer = result;
    await tryWith('secret');
    expect((await screen.findByTestId('sign-in-error')).textContent).toContain(text);
    expect(onSignedIn).not.toHaveBeenCalled();
    expect(session.expired).toBe(false);
  });

  it('asks for both fields before it asks the server', async () => {
    answer = () => Promise.reject(new Error('must not be asked'));
    await tryWith('');
    expect(screen.getByTestId('sign-in-error').textContent).toContain('Enter your username');
  });

  it('keeps the session in this tab only', async () => {
    const user = {
      id: 'u1',
      username: 'safety',
      displayName: { zh: '李明', en: 'Li Ming' },
      roles: ['admin'],
    };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    answer = () => Promise.resolve(Response.json({ accessToken: 'tok', expiresAt, user }));
    await tryWith('secret');
    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalled());
    expect(session.token).toBe('tok');
    expect(sessionStorage.getItem('anshi.session')).toContain('tok');
    expect(JSON.stringify(localStorage)).not.toContain('tok');
  });
});

describe('the page to return to', () => {
  it('is one of this app, never of another site', () => {
    expect(returnAddress('/violations?status=all')).toBe('/violations?status=all');
    for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example']) {
      expect(returnAddress(bad)).toBe('/');
    }
  });
});
