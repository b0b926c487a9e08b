import type { Logger } from 'pino';
import type { Bus } from '../bus.ts';
import type { Database } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { Module } from '../http/app-types.ts';
import type { LiveEvents } from '../live/live-events.ts';
import { readAllowList } from '../outbox/outward.ts';
import type { Sealed } from '../sealed/sealed.ts';
import type { NoticeSettings } from '../settings.ts';
import { noticeChannelsModule } from './channel-routes.ts';
import { createEmailSender } from './channels/email.ts';
import { createPushSender, usualPushHosts } from './channels/push.ts';
import { openVapidKeys, type VapidKeys } from './channels/vapid.ts';
import { startDispatcher } from './dispatcher.ts';
import { createEmailAddresses } from './email-address.ts';
import { emailAddressModule } from './email-routes.ts';
import { createInbox } from './inbox.ts';
import { showLive } from './live.ts';
import { createNotices } from './notify.ts';
import { createPreferences } from './preferences.ts';
import { createProfiles } from './profiles.ts';
import { createRobots } from './robots.ts';
import { noticesModule } from './routes.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { Notices } from './types.ts';

export interface OpenNotices {
  notices: Notices;
  modules: Module[];
  /** Stops sending, after the current deliveries. */
  close(): Promise<void>;
}

/** Assembles a tenant's notices: the list in the app, and the channels. */
export function openNotices(options: {
  database: Database;
  units: Units;
  bus: Bus;
  live: LiveEvents;
  sealed: Sealed;
  log: Logger;
  tenant: string;
  apiId: string;
  dataDir: string;
  timeZone: string;
  settings: NoticeSettings;
  /** Allowed internal hosts, addresses and networks of robots. */
  allow: readonly string[];
}): OpenNotices {
  const { database, units, sealed, log, tenant, settings, dataDir, timeZone } = options;
  const { publicUrl } = settings;
  const hosts = [...usualPushHosts, ...settings.pushHosts];
  const keys = once(() => openVapidKeys(dataDir));

  const profiles = createProfiles({ sealed, timeZone });
  const subscriptions = createSubscriptions({ database, hosts });
  const robots = createRobots({
    database,
    units,
    sealed,
    publicUrl,
    allowed: readAllowList(options.allow),
  });
  const email = createEmailSender(settings, async (of, user) => {
    const { email, emailConfirmed } = await database.transaction({ tenant: of, user: null }, (tx) =>
      profiles.read(tx, of, user),
    );
    if (email === null) return { none: 'no-address' };
    return emailConfirmed ? { to: email } : { none: 'not-confirmed' };
  });
  const push = createPushSender({ keys, contact: contactOf(settings), hosts, subscriptions });
  const senders = { push, email, robot: robots.sender };
  const dispatcher = startDispatcher({ database, tenant, senders, profiles, log });

  const live = showLive(options);
  const notices = createNotices({
    async written(of, id, users) {
      dispatcher.wake();
      await live.written(of, id, users);
    },
  });
  const preferences = createPreferences({ database, units, profiles, senders });
  const addresses = createEmailAddresses({ units, sealed, profiles, email });
  return {
    notices,
    modules: [
      noticesModule({ inbox: createInbox({ database, live }), notices, units }),
      emailAddressModule({ addresses, preferences }),
      noticeChannelsModule({ preferences, subscriptions, robots, pushKey: () => keys().publicKey }),
    ],
    async close() {
      await dispatcher.close();
      email.close();
    },
  };
}

/** Push services require a contact; some refuse implausible addresses. */
function contactOf({ from, publicUrl }: NoticeSettings): string {
  const address = from && /[^\s<>]+@[^\s<>]+/.exec(from)?.[0];
  if (address) return `mailto:${address}`;
  if (publicUrl?.startsWith('https:')) return publicUrl;
  return 'mailto:anshi@example.com';
}

function once(make: () => VapidKeys): () => VapidKeys {
  let made: VapidKeys | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
