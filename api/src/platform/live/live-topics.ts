import { z } from 'zod';
import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import type { Account } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';
import type { LiveTopicEntry } from '../manifest.ts';

/** A browser's message. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string().max(4096) }),
  z.object({ type: z.literal('subscribe'), topics: z.array(z.string().max(128)).max(64) }),
  z.object({ type: z.literal('unsubscribe'), topics: z.array(z.string().max(128)).max(64) }),
]);

/** A topic that browsers may subscribe to. */
export interface LiveTopic {
  /** `violations`, or `observations:` followed by a name. */
  name: string;
  /** `self` where each user gets own data only, see `push`. */
  permission: Permission | 'self';
  /** Sent to each new subscriber, without waiting for the next change. */
  current?: (account: Account) => object[];
  /** Whether an account within the permission may have the topic of this name; for topics that are divided. */
  allows?: (account: Account, name: string) => boolean;
  /** Its feature switch: while off, nothing is sent. */
  feature?: string;
  /** Also for screens on walls. */
  screens?: true;
  /** May be dropped for a slow browser: the next message replaces it. */
  droppable?: true;
}

type TopicsOf<Manifest> = Manifest extends { liveTopics: infer Entries }
  ? keyof Entries & string
  : never;
/** The topics of the manifests; one that ends in a colon is followed by a name. */
export type LiveTopicName = TopicsOf<DeclaredManifest>;

/** The topics of all manifests by name. */
export const declaredTopics = Object.fromEntries(
  manifests.flatMap((one) => Object.entries(one.liveTopics ?? {})),
) as Record<LiveTopicName, LiveTopicEntry>;

/** Whether the account's permissions cover the topic. */
export const maySubscribe = (
  account: Account,
  { permission, allows, screens }: LiveTopic,
  name: string,
): boolean =>
  (account.screen === undefined || screens === true) &&
  (permission === 'self' || account.permissions.has(permission)) &&
  (allows?.(account, name) ?? true);

/** @returns null for anything but a valid message. */
export function parseClientMessage(text: string): z.infer<typeof clientMessage> | null {
  try {
    return clientMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
