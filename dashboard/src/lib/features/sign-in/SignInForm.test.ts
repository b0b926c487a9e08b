import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
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
  vi.stubGlobal('fetch', () => answer());
  answer = () => Promise.resolve(new Response(null, { status: 204 }));
  session.signOut();
  onSignedIn.mockReset();
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
  ])('shows a remedy for %s', async (_, result, text) => {
    answer = result;
    await tryWith('secret');
    expect((await screen.findByTestId('sign-in-error')).textContent).toContain(text);
    expect(onSignedIn).not.toHaveBeenCalled();
    expect(session.expired).toBe(false);
  });

  it('requires both fields before a request', async () => {
    answer = () => Promise.reject(new Error('must not be asked'));
    await tryWith('');
    expect(screen.getByTestId('sign-in-error').textContent).toContain('Enter your username');
  });

  it('hides the password, and lets a password manager fill it in', () => {
    render(SignInForm, { props: { expired: false, onSignedIn } });
    const field = document.querySelector('input[autocomplete="current-password"]');
    expect(field?.getAttribute('type')).toBe('password');
    expect(document.querySelector('input[autocomplete="username"]')).not.toBeNull();
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
    await eventually(() => expect(onSignedIn).toHaveBeenCalled());
    expect(session.token).toBe('tok');
    expect(sessionStorage.getItem('anshi.session')).toContain('tok');
    expect(JSON.stringify(localStorage)).not.toContain('tok');
  });
});

describe('further steps', () => {
  const user = {
    id: 'u1',
    username: 'safety',
    displayName: { zh: '李明', en: 'Li Ming' },
    roles: [],
    permissions: [],
  };
  const signedIn = (mustChangePassword: boolean) =>
    Response.json({
      accessToken: 'tok',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
      user: { ...user, mustChangePassword },
    });

  it('asks for the code of the second factor, and again after a wrong one', async () => {
    answer = () => Promise.resolve(problem(401, 'auth.totp-needed'));
    await tryWith('secret');
    const code = await screen.findByTestId('code');
    const event = userEvent.setup();
    answer = () => Promise.resolve(problem(401, 'auth.totp-wrong'));
    await event.type(code, '000000{Enter}');
    expect((await screen.findByTestId('sign-in-error')).textContent).toContain('each works once');
    answer = () => Promise.resolve(signedIn(false));
    await event.type(code, '123456{Enter}');
    await eventually(() => expect(onSignedIn).toHaveBeenCalled());
    expect(session.token).toBe('tok');
  });

  it('asks for a new password after one set by an administrator', async () => {
    answer = () => Promise.resolve(signedIn(true));
    await tryWith('first-password');
    const event = userEvent.setup();
    await event.type(await screen.findByTestId('chosen'), 'a sentence of mine');
    await event.type(screen.getByTestId('repeated'), 'another sentence{Enter}');
    expect((await screen.findByTestId('sign-in-error')).textContent).toContain('differ');
    expect(session.user).toBeNull();
    await event.clear(screen.getByTestId('repeated'));
    answer = () => Promise.resolve(new Response(null, { status: 204 }));
    await event.type(screen.getByTestId('repeated'), 'a sentence of mine{Enter}');
    await eventually(() => expect(onSignedIn).toHaveBeenCalled());
    expect(session.user?.mustChangePassword).toBe(false);
  });
});

describe('the page to return to', () => {
  it('is always within this app', () => {
    expect(returnAddress('/violations?status=all')).toBe('/violations?status=all');
    for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example']) {
      expect(returnAddress(bad)).toBe('/');
    }
  });
});
