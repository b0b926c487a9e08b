import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type NoticePreferences = Answer<'/api/v1/notices/preferences', 'get'>;

/** Whether this browser has a push subscription. */
export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

/** The signed-in user's notice settings, and this device's subscription. */
class NoticeSettings {
  preferences = $state.raw<NoticePreferences | null>(null);
  push = $state<PushState>('unsupported');
  busy = $state(false);

  async load(): Promise<void> {
    this.preferences = await take(client.GET('/api/v1/notices/preferences'));
    this.push = await pushState();
  }

  async save(changes: Partial<Pick<NoticePreferences, 'email' | 'quiet' | 'language'>>) {
    const now = this.preferences;
    if (!now) return;
    const { language, email, timeZone, quiet, threshold } = { ...now, ...changes };
    const body = { language, email, timeZone, quiet, threshold, choices: [] };
    this.preferences = await take(client.PUT('/api/v1/notices/preferences', { body }));
  }

  /** Sends a code to the stored address, to confirm it. */
  async sendCode(): Promise<void> {
    await take(client.POST('/api/v1/notices/email/code'));
  }

  async confirmEmail(code: string): Promise<void> {
    const body = { code };
    this.preferences = await take(client.POST('/api/v1/notices/email/confirm', { body }));
  }

  /** Asks for the browser's permission, which requires a user gesture. */
  async allowPush(): Promise<void> {
    this.busy = true;
    try {
      if ((await Notification.requestPermission()) !== 'granted') return;
      const { key } = await take(client.GET('/api/v1/push-subscriptions/key'));
      const registration = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: key };
      const subscription = await registration.pushManager.subscribe(options).catch(async () => {
        // Subscribed with the key of another installation at this address: a browser accepts one
        // key at a time.
        await (await registration.pushManager.getSubscription())?.unsubscribe();
        return registration.pushManager.subscribe(options);
      });
      const { endpoint = '', keys } = subscription.toJSON();
      const body = {
        endpoint,
        keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' },
        device: navigator.userAgent.slice(0, 200),
      };
      await take(client.POST('/api/v1/push-subscriptions', { body }));
    } finally {
      this.push = await pushState();
      this.busy = false;
    }
  }

  async stopPush(): Promise<void> {
    this.busy = true;
    try {
      const registration = await navigator.serviceWorker.ready;
      const subscription = await registration.pushManager.getSubscription();
      if (!subscription) return;
      const { endpoint } = subscription;
      await client.DELETE('/api/v1/push-subscriptions', { body: { endpoint } });
      await subscription.unsubscribe();
    } finally {
      this.push = await pushState();
      this.busy = false;
    }
  }

  async test(): Promise<void> {
    await client.POST('/api/v1/notices/test');
  }
}

async function pushState(): Promise<PushState> {
  const can = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  if (!can || !window.isSecureContext || import.meta.env.DEV) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  return subscription ? 'on' : 'off';
}

export const noticeSettings = new NoticeSettings();
