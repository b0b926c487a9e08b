import { Readable } from 'node:stream';
import persistence from 'aedes-persistence';
import { type KeptPacket, ownBytes, type QueueLimits, SessionQueue } from './session-queue.ts';

/** Messages of QoS 2 of a session that wait for the second step of its client. */
const MOST_HALF_RECEIVED = 1_000;

/** A connection of aedes, or the id of its session alone. */
interface Who {
  readonly id: string;
}
interface Subscription {
  readonly topic: string;
}
/** What of the memory of aedes is called here. */
interface Memory {
  addSubscriptions(client: Who, subscriptions: readonly Subscription[]): Promise<void>;
  cleanSubscriptions(client: Who): Promise<void>;
}

/** What is kept of sessions: nothing without limit, and nothing of what was refused. */
export interface SessionRules {
  /** Of the queue of a session; null where no user has its name any more. */
  limitsOf(id: string): QueueLimits | null;
  /** Whether a connection has this filter: a request is kept whole where one of its filters is granted. */
  isGranted(client: Who, filter: string): boolean;
  /** A message is not kept: too many wait. */
  onDropped(id: string, topic: string): void;
}

/** What the broker keeps of its clients beyond a connection. */
export interface SessionStore {
  /** For aedes. */
  readonly persistence: object;
  /** Forgets the sessions of users that are there no more. */
  keepOnly(isKnown: (id: string) => boolean): void;
}

/**
 * The memory of aedes with limits. It would keep every message for a client that is away, each half-sent
 * message of QoS 2 with its content, and all filters of a request where one of them was granted.
 */
export function createSessionStore(rules: SessionRules): SessionStore {
  // Its types are those of its interface of before.
  const kept = (persistence as unknown as () => Memory)();
  const addSubscriptions = kept.addSubscriptions.bind(kept);
  const queues = new Map<string, SessionQueue>();
  const halfReceived = new Map<string, Set<number>>();
  const sessions = new Set<string>();

  function enqueue(id: string, packet: KeptPacket): void {
    const limits = rules.limitsOf(id);
    if (limits === null) return;
    const queue = queues.get(id) ?? new SessionQueue();
    queues.set(id, queue);
    if (!queue.add(packet, limits)) rules.onDropped(id, packet.topic ?? '');
  }
  const own = {
    async addSubscriptions(client: Who, subscriptions: readonly Subscription[]) {
      sessions.add(client.id);
      const granted = subscriptions.filter(({ topic }) => rules.isGranted(client, topic));
      await addSubscriptions(client, granted);
    },
    async outgoingEnqueue({ clientId }: { clientId: string }, packet: KeptPacket) {
      enqueue(clientId, ownBytes(packet));
    },
    async outgoingEnqueueCombi(to: readonly { clientId: string }[], packet: KeptPacket) {
      if (to.length === 0) return;
      const message = ownBytes(packet);
      for (const { clientId } of to) enqueue(clientId, message);
    },
    async outgoingUpdate({ id }: Who, packet: KeptPacket) {
      (queues.get(id) ?? new SessionQueue()).update(packet);
    },
    async outgoingClearMessageId({ id }: Who, packet: KeptPacket) {
      const queue = queues.get(id);
      const removed = queue?.remove(packet);
      if (queue?.isEmpty) queues.delete(id);
      return removed;
    },
    outgoingStream: ({ id }: Who) => Readable.from(queues.get(id)?.packets() ?? []),
    // Of a message of QoS 2 its id is needed alone: it was published when it was first received.
    async incomingStorePacket({ id }: Who, { messageId }: { messageId: number }) {
      const ids = halfReceived.get(id) ?? new Set();
      halfReceived.set(id, ids);
      if (ids.size >= MOST_HALF_RECEIVED) throw new Error('too many half-sent messages of QoS 2');
      ids.add(messageId);
    },
    async incomingGetPacket({ id }: Who, { messageId }: { messageId: number }) {
      if (!halfReceived.get(id)?.has(messageId)) throw new Error('no such message');
      return { messageId };
    },
    async incomingDelPacket({ id }: Who, { messageId }: { messageId: number }) {
      const ids = halfReceived.get(id);
      if (!ids?.delete(messageId)) throw new Error('no such message');
      if (ids.size === 0) halfReceived.delete(id);
    },
    async cleanIncoming({ id }: Who) {
      halfReceived.delete(id);
    },
  };
  return {
    persistence: Object.assign(kept, own),
    keepOnly(isKnown) {
      for (const id of new Set([...sessions, ...queues.keys(), ...halfReceived.keys()])) {
        if (isKnown(id)) continue;
        sessions.delete(id);
        queues.delete(id);
        halfReceived.delete(id);
        void kept.cleanSubscriptions({ id });
      }
    },
  };
}
