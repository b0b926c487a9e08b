import type { AedesPersistenceSubscription } from 'aedes-persistence';
import { describe, expect, it } from 'vitest';
import { createSessionStore } from './session-store.ts';

interface Kept {
  payload: Buffer;
  brokerCounter: number;
  messageId?: number;
  dup?: boolean;
}
interface Memory {
  addSubscriptions(client: object, subs: object[]): Promise<void>;
  subscriptionsByTopic(topic: string): Promise<AedesPersistenceSubscription[]>;
  outgoingEnqueueCombi(subs: object[], packet: object): Promise<void>;
  outgoingUpdate(client: object, packet: object): Promise<void>;
  outgoingClearMessageId(client: object, packet: object): Promise<object | undefined>;
  outgoingStream(client: object): AsyncIterable<Kept>;
  incomingStorePacket(client: object, packet: object): Promise<void>;
  incomingGetPacket(client: object, packet: object): Promise<object>;
}

function open() {
  const dropped: string[] = [];
  const store = createSessionStore({
    limitsOf: () => ({ queued: 3, queuedBytes: 1_000 }),
    isGranted: (_client, filter) => filter === 'a/+',
    onDropped: (_id, topic) => dropped.push(topic),
  });
  return { store, dropped, kept: store.persistence as Memory };
}
const client = { id: 'integrator-one' };
const to = [{ clientId: client.id }];
const message = (brokerCounter: number, bytes = 10) => ({
  cmd: 'publish',
  topic: 'a/b',
  payload: Buffer.alloc(bytes),
  brokerId: 'b',
  brokerCounter,
});
const waiting = async (kept: Memory) => {
  const found: number[] = [];
  for await (const { brokerCounter } of kept.outgoingStream(client)) found.push(brokerCounter);
  return found;
};

describe('what is kept of sessions', () => {
  it('has none of the filters of a request that were refused', async () => {
    const { kept, store } = open();
    const asked = ['#', 'a/+', 'other/+'].map((topic) => ({ topic, qos: 1 }));
    await kept.addSubscriptions(client, asked);
    expect(await kept.subscriptionsByTopic('other/x')).toEqual([]);
    expect(await kept.subscriptionsByTopic('a/x')).toMatchObject([{ topic: 'a/+' }]);
    store.keepOnly(() => false);
    expect(await kept.subscriptionsByTopic('a/x')).toEqual([]);
  });

  it('is limited by count and by bytes, and has room again for what is acknowledged', async () => {
    const { kept, dropped } = open();
    for (let i = 1; i <= 5; i++) await kept.outgoingEnqueueCombi(to, message(i));
    expect(await waiting(kept)).toEqual([1, 2, 3]);
    expect(dropped).toEqual(['a/b', 'a/b']);
    await kept.outgoingUpdate(client, { ...message(1), messageId: 7 });
    await expect(kept.outgoingUpdate(client, message(5))).rejects.toThrow('not in the queue');
    await kept.outgoingClearMessageId(client, { messageId: 7 });
    await kept.outgoingEnqueueCombi(to, message(6, 2_000));
    expect(await waiting(kept)).toEqual([2, 3]);
    await kept.outgoingEnqueueCombi(to, message(7));
    expect(await waiting(kept)).toEqual([2, 3, 7]);
  });

  it('sends what was not acknowledged under its id, as a repetition, and gives that id to no other', async () => {
    const { kept } = open();
    for (const n of [1, 2, 3]) await kept.outgoingEnqueueCombi(to, message(n));
    const [one, two] = [1, 2].map((n) => ({ ...message(n), messageId: 65_535 }));
    await kept.outgoingUpdate(client, one!);
    await kept.outgoingUpdate(client, two!);
    expect([one!.messageId, two!.messageId]).toEqual([65_535, 1]);
    const left: (number | boolean | undefined)[][] = [];
    for await (const { brokerCounter, messageId, dup } of kept.outgoingStream(client)) {
      left.push([brokerCounter, messageId, dup]);
    }
    expect(left).toEqual([
      [1, 65_535, true],
      [2, 1, true],
      [3, undefined, undefined],
    ]);
    await kept.outgoingClearMessageId(client, { messageId: 1 });
    expect(await waiting(kept)).toEqual([1, 3]);
  });

  it('keeps once what comes by two filters, and not what may not be sent', async () => {
    const { kept } = open();
    await kept.outgoingEnqueueCombi([...to, ...to], message(1));
    await kept.outgoingUpdate(client, { ...message(1), messageId: 5 });
    await kept.outgoingClearMessageId(client, message(1));
    await kept.outgoingEnqueueCombi(to, message(2));
    await kept.outgoingClearMessageId(client, message(2));
    expect(await waiting(kept)).toEqual([1]);
  });

  it('holds its own bytes alone, and not all that was read with them', async () => {
    const { kept } = open();
    const read = Buffer.alloc(64 * 1024);
    await kept.outgoingEnqueueCombi(to, { ...message(1), payload: read.subarray(5, 15) });
    for await (const { payload } of kept.outgoingStream(client)) {
      expect(payload.buffer.byteLength).toBe(10);
    }
  });

  it('has the ids alone of half-sent messages, and so many of them', async () => {
    const { kept } = open();
    for (let messageId = 1; messageId <= 1_000; messageId++) {
      await kept.incomingStorePacket(client, { ...message(messageId), messageId });
    }
    const next = { ...message(1_001), messageId: 1_001 };
    await expect(kept.incomingStorePacket(client, next)).rejects.toThrow('too many');
    expect(await kept.incomingGetPacket(client, { messageId: 5 })).toEqual({ messageId: 5 });
  });
});
