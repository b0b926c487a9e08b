import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import NoticeSettings from './NoticeSettings.svelte';

const sent: { method: string; path: string; body: unknown }[] = [];
let preferences: Record<string, unknown>;
let subscription: object | null;

beforeEach(() => {
  i18n.set('en');
  sent.length = 0;
  subscription = null;
  preferences = {
    language: 'zh',
    email: 'li@plant.example',
    emailConfirmed: true,
    timeZone: 'Asia/Shanghai',
    quiet: null,
    threshold: { push: 'info', email: 'warning' },
    kinds: [],
    channels: [{ id: 'email', configured: true, lacks: null }],
  };
  vi.stubGlobal('fetch', async (request: Request) => {
    const { method } = request;
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const body: unknown = method === 'GET' ? null : JSON.parse((await request.text()) || 'null');
    sent.push({ method, path, body });
    if (path === '/notices/email/code') return new Response('null', { status: 202 });
    if (path === '/notices/email/confirm') preferences = { ...preferences, emailConfirmed: true };
    if (method === 'PUT') preferences = { ...preferences, ...(body as object) };
    if (path === '/push-subscriptions/key') return Response.json({ key: 'the-key' });
    if (path === '/push-subscriptions') return Response.json({}, { status: 201 });
    return Response.json(preferences);
  });
  const made = {
    endpoint: 'https://push.example/1',
    toJSON: () => ({ endpoint: made.endpoint, keys: { p256dh: 'p', auth: 'a' } }),
    unsubscribe: async () => {
      subscription = null;
    },
  };
  const pushManager = {
    getSubscription: async () => subscription,
    subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
      expect(applicationServerKey).toBe('the-key');
      subscription = made;
      return made;
    },
  };
  const registration = { pushManager };
  vi.stubEnv('DEV', false);
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', {
    permission: 'default',
    requestPermission: async () => 'granted',
  });
  vi.stubGlobal('navigator', {
    userAgent: 'a phone',
    serviceWorker: {
      ready: Promise.resolve(registration),
      getRegistration: async () => registration,
    },
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const to = (method: string, path: string) =>
  sent.filter((one) => one.method === method && one.path === path).map(({ body }) => body);

describe('notice settings', () => {
  it('subscribe this device with the key of the installation, and unsubscribe it', async () => {
    const user = userEvent.setup();
    render(NoticeSettings);
    await user.click(await screen.findByText('Allow push'));
    await screen.findByText('Stop push');
    expect(to('POST', '/push-subscriptions')).toEqual([
      {
        endpoint: 'https://push.example/1',
        keys: { p256dh: 'p', auth: 'a' },
        device: 'a phone',
      },
    ]);
    await user.click(screen.getByText('Stop push'));
    await screen.findByText('Allow push');
    expect(to('DELETE', '/push-subscriptions')).toEqual([{ endpoint: 'https://push.example/1' }]);
  });

  it('keep other settings, and send the language of the page', async () => {
    const user = userEvent.setup();
    render(NoticeSettings);
    await eventually(() => {
      const field = screen.getByTestId<HTMLInputElement>('notice-email');
      expect(field.value).toBe('li@plant.example');
    });
    await user.click(screen.getByTestId('notice-quiet'));
    await user.click(screen.getByTestId('notice-save'));
    await eventually(() =>
      expect(to('PUT', '/notices/preferences')).toEqual([
        {
          language: 'en',
          email: 'li@plant.example',
          timeZone: 'Asia/Shanghai',
          quiet: { from: '22:00', to: '07:00' },
          threshold: { push: 'info', email: 'warning' },
          choices: [],
        },
      ]),
    );
  });

  it('ask for the code sent to a mail address, until it is confirmed', async () => {
    preferences = { ...preferences, emailConfirmed: false };
    render(NoticeSettings);
    const confirm = await screen.findByTestId<HTMLButtonElement>('confirm-email');
    expect(confirm.disabled).toBe(true);
    await userEvent.click(screen.getByTestId('send-code'));
    await userEvent.type(screen.getByTestId('email-code'), '123456');
    await userEvent.click(confirm);
    await screen.findByTestId('email-confirmed');
    expect(screen.queryByTestId('email-proof')).toBeNull();
    expect(sent.filter(({ path }) => path.startsWith('/notices/email'))).toEqual([
      expect.objectContaining({ path: '/notices/email/code' }),
      { method: 'POST', path: '/notices/email/confirm', body: { code: '123456' } },
    ]);
  });

  it('names what the server lacks to administrators, and says to others that there is no mail', async () => {
    const lacks = { zh: '缺 ANSHI_SMTP_URL', en: 'ANSHI_SMTP_URL is not set' };
    preferences['channels'] = [{ id: 'email', configured: false, lacks }];
    const signIn = (permissions: string[]) =>
      session.start({
        accessToken: 'a',
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        user: { id: 'u', permissions } as unknown as User,
      });
    signIn(['hazard:report']);
    render(NoticeSettings);
    await screen.findByText(i18n.t.noticeSettings.noMail);
    expect(screen.queryByText(lacks.en)).toBeNull();
    cleanup();
    signIn(['notification:manage']);
    render(NoticeSettings);
    await screen.findByText(lacks.en);
  });
});
