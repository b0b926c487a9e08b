import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Database } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { Sender } from './channels/types.ts';
import { countRecent } from './deliveries.ts';
import { type Channel, channels, noticeKinds } from './kinds.ts';
import { type Profiles, TENANT_RULES } from './profiles.ts';
import { type Choices, choiceKey, decide } from './rules.ts';
import type {
  channelsSchema,
  choicesRequest,
  preferencesRequest,
  preferencesSchema,
  rulesSchema,
} from './schema.ts';

export type Preferences = ReturnType<typeof createPreferences>;

/** Notice preferences of users, and the tenant's defaults. */
export function createPreferences(options: {
  database: Database;
  units: Units;
  profiles: Profiles;
  senders: Record<Channel, Sender>;
}) {
  const { database, units, profiles, senders } = options;

  const channelStates = (): z.infer<typeof preferencesSchema>['channels'] => [
    { id: 'app', configured: true, lacks: null },
    ...channels.map((id) => {
      const lacks = senders[id].lacks();
      return { id, configured: lacks === null, lacks };
    }),
  ];

  return {
    async read(account: Account): Promise<z.infer<typeof preferencesSchema>> {
      return database.transaction(actorOf(account), async (tx) => ({
        ...(await profiles.read(tx, account.tenant, account.id)),
        kinds: kindsWith(
          await profiles.choices(tx, account.id),
          await profiles.choices(tx, TENANT_RULES),
        ),
        channels: channelStates(),
      }));
    },

    async write(
      caller: Caller & { account: Account },
      request: z.infer<typeof preferencesRequest>,
    ): Promise<z.infer<typeof preferencesSchema>> {
      const { account, tenant } = caller;
      const { choices, ...profile } = request;
      await units.run(caller, async (unit) => {
        await profiles.write(unit.tx, tenant, account.id, profile);
        await profiles.choose(unit.tx, tenant, account.id, choices);
        const { email, ...shown } = profile;
        await unit.audit({
          action: 'update',
          entity: 'notice-preferences',
          id: account.id,
          person: account.person,
          after: { ...shown, email: email === null ? null : '***', choices },
        });
      });
      return this.read(account);
    },

    async rules(account: Account): Promise<z.infer<typeof rulesSchema>> {
      const rules = await database.transaction(actorOf(account), (tx) =>
        profiles.choices(tx, TENANT_RULES),
      );
      return { kinds: kindsWith(new Map(), rules) };
    },

    async writeRules(
      caller: Caller & { account: Account },
      { choices }: z.infer<typeof choicesRequest>,
    ): Promise<z.infer<typeof rulesSchema>> {
      await units.run(caller, async (unit) => {
        await profiles.choose(unit.tx, caller.tenant, TENANT_RULES, choices);
        await unit.audit({ action: 'update', entity: 'notice-rules', after: { choices } });
      });
      return this.rules(caller.account);
    },

    /** Configured channels, and the results of the last day's deliveries. */
    async channels(account: Account): Promise<z.infer<typeof channelsSchema>> {
      return database.transaction(actorOf(account), async (tx) => ({
        channels: channelStates(),
        robots: await tx.noticeRobot.count({ where: { on: true } }),
        lastDay: await countRecent(tx),
      }));
    },
  };
}

function kindsWith(own: Choices, rules: Choices): z.infer<typeof rulesSchema>['kinds'] {
  const has = (choices: Choices, kind: string, channel: Channel) =>
    choices.has(choiceKey(kind, channel)) || choices.has(choiceKey('*', channel));
  const shown = (kind: string, channel: Channel) => {
    const from = has(own, kind, channel) ? 'own' : has(rules, kind, channel) ? 'tenant' : 'default';
    return { on: comes(kind, channel, own, rules), from } as const;
  };
  return noticeKinds.map(({ id, name }) => ({
    id,
    name,
    channels: { push: shown(id, 'push'), email: shown(id, 'email') },
  }));
}

/** Whether a warning of this kind is sent by the channel, ignoring quiet hours and threshold. */
function comes(kind: string, channel: Channel, own: Choices, rules: Choices): boolean {
  const decision = decide({
    kind,
    severity: 'warning',
    channel,
    own,
    rules,
    now: new Date(),
    profile: {
      language: 'zh',
      email: null,
      emailConfirmed: false,
      timeZone: 'UTC',
      quiet: null,
      threshold: { push: 'info', email: 'info' },
    },
  });
  return decision.do === 'send';
}
