import { busClientId } from '@anshi/contracts';
import type { MqttTls } from '@anshi/contracts/tls';
import mqtt, { type IPublishPacket } from 'mqtt';
import type { Logger } from 'pino';
import { acknowledgementsOf, createReceipts, MOST_HELD } from './bus-receipts.ts';

/**
 * Handles a message. A message of QoS 1 is acknowledged once the returned promise is settled, even if it is rejected. A handler
 * whose messages must survive a kill resolves after the commit.
 *
 * @param payload the bytes of the message, by which a signature is verified.
 * @param isAgain redelivery: it was not acknowledged, or the acknowledgement was lost.
 */
export type BusHandler = (
  topic: string,
  message: unknown,
  payload: Uint8Array,
  isAgain: boolean,
) => void | Promise<void>;

interface Delivered {
  readonly topic: string;
  readonly message: unknown;
  readonly payload: Uint8Array;
  readonly isAgain: boolean;
  /** Acknowledges it. */
  done(): void;
}

/** What is delivered while the process still opens its parts is kept for them so long, ms. */
const OPENING_MS = 60_000;
/** Limit for QoS 0; for QoS 1 it is that of unacknowledged messages. */
const MOST_EARLY = 1_000;

/** The MQTT bus. It reconnects and resubscribes automatically. */
export interface Bus {
  /** Whether the broker is connected. */
  readonly connected: boolean;
  /** Since when, ms since the epoch; null while it is not. */
  readonly connectedSince: number | null;
  /**
   * Passes each message of the filter to the handler, as parsed JSON. Invalid JSON is counted,
   * logged and dropped.
   *
   * @param filter a topic, `+` for any one level.
   */
  subscribe(filter: string, qos: 0 | 1, handler: BusHandler): void;
  /** Publishes at QoS 1; while the broker is unavailable, the message is queued in memory. */
  publish(topic: string, message: unknown): void;
  /** As {@link publish}, of JSON that is written already, such as a signed message. */
  publishText(topic: string, text: string): void;
  /** Publishes at QoS 0: lost while the broker is unavailable, or where a reader is too slow. */
  publishOnce(topic: string, text: string): void;
  /** As {@link publishText}; the broker keeps the last one of the topic for those that come later. */
  publishRetained(topic: string, text: string): void;
  /**
   * Publishes at QoS 1 and waits for the broker's acknowledgement. After a failure it may have been
   * delivered all the same: repeat it with the same id.
   *
   * @throws Error where the broker is unavailable or does not acknowledge in time.
   */
  publishAcknowledged(topic: string, message: unknown, withinMs?: number): Promise<void>;
  /** As {@link publishAcknowledged}, of JSON that is written already, such as a signed message. */
  publishTextAcknowledged(topic: string, text: string, withinMs?: number): Promise<void>;
  /** As {@link publishRetained}, and waits for the broker's acknowledgement. */
  publishRetainedAcknowledged(topic: string, text: string, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param own names this process's session at a broker where the address names no user of ours; no two
 *   may share it.
 * @param tls for `mqtts://` and `wss://`.
 */
export function connectBus(url: string, own: string, log: Logger, tls: MqttTls = {}): Bus {
  const client = mqtt.connect(url, {
    ...tls,
    clientId: busClientId(url, own),
    // A persistent session: the broker queues QoS 1 messages while the connection is lost.
    clean: false,
    // The embedded broker supports 3.1.1.
    protocolVersion: 4,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    queueQoSZero: false,
  });
  const handlers: { matches: (topic: string) => boolean; handler: BusHandler }[] = [];
  /** Delivered by the session before a part subscribed: the broker does not send it again. */
  let early: Delivered[] | null = [];
  const opening = setTimeout(() => {
    for (const { done } of early ?? []) done();
    early = null;
  }, OPENING_MS).unref();
  const receipts = createReceipts((ids) => client.stream.write(acknowledgementsOf(ids)));
  let complained = false;
  let closing = false;
  let connectedSince: number | null = null;
  client.on('connect', () => {
    complained = false;
    connectedSince = Date.now();
    log.info('the broker is connected');
  });
  client.on('error', (error) => complain(error.message));
  // The event `connect` is emitted after the first messages of a session.
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack') receipts.connected(packet.sessionPresent);
  });
  client.on('close', () => {
    receipts.disconnected();
    connectedSince = null;
    complain('the connection is lost');
  });
  function complain(why: string) {
    if (complained || closing) return;
    complained = true;
    log.warn({ why }, 'the broker is not reachable; retrying every second');
  }
  client.handleMessage = (packet, next) => {
    // Retained messages are sent again with each subscription.
    if (packet.qos !== 1 || packet.retain) {
      receive(packet, () => {});
      return next();
    }
    const [id, bytes] = [packet.messageId ?? 0, packet.topic.length + packet.payload.length];
    const done = receipts.take({ id, isAgain: packet.dup, bytes });
    if (done) receive(packet, done);
    // With an error the client sends no PUBACK and goes on; the receipts acknowledge.
    next(new Error('acknowledged once it is handled'));
  };
  function receive({ topic, payload: given, qos, dup: isAgain }: IPublishPacket, done: () => void) {
    const payload = Buffer.isBuffer(given) ? given : Buffer.from(given);
    let message: unknown;
    try {
      message = JSON.parse(payload.toString('utf8'));
    } catch {
      log.warn({ topic, bytes: payload.length }, 'a message on the bus is not JSON');
      return done();
    }
    const one: Delivered = { topic, message, payload, isAgain, done };
    const found = handlers.filter(({ matches }) => matches(topic));
    if (found.length > 0) return deliver(found, one);
    if (!early) return done();
    if (early.length < (qos === 0 ? MOST_EARLY : MOST_HELD.messages)) early.push(one);
    else done();
  }
  function deliver(to: readonly { handler: BusHandler }[], one: Delivered): void {
    const { topic, message, payload, isAgain, done } = one;
    const all = to.map(({ handler }) =>
      Promise.resolve()
        .then(() => handler(topic, message, payload, isAgain))
        .catch((error: unknown) => log.error({ err: error, topic }, 'a message was not handled')),
    );
    void Promise.all(all).then(done);
  }
  function send(topic: string, text: string, retain: boolean): void {
    client.publish(topic, text, { qos: 1, retain }, (error) => {
      if (error) log.warn({ topic, why: error.message }, 'a message was not sent');
    });
  }
  const publishText = (topic: string, text: string) => send(topic, text, false);
  const acknowledged = (topic: string, text: string, withinMs: number, retain: boolean) =>
    new Promise<void>((resolve, reject) => {
      if (!client.connected) return reject(new Error('the broker is unavailable'));
      const timer = setTimeout(
        () => reject(new Error(`the broker did not acknowledge within ${withinMs} ms`)),
        withinMs,
      );
      client.publish(topic, text, { qos: 1, retain }, (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  const publishTextAcknowledged: Bus['publishTextAcknowledged'] = (topic, text, withinMs = 5_000) =>
    acknowledged(topic, text, withinMs, false);
  return {
    get connected() {
      return client.connected;
    },
    get connectedSince() {
      return connectedSince;
    },
    subscribe(filter, qos, handler) {
      const matches = topicFilter(filter);
      handlers.push({ matches, handler });
      for (const one of early ?? []) {
        if (matches(one.topic)) deliver([{ handler }], one);
      }
      early = early?.filter((one) => !matches(one.topic)) ?? null;
      client.subscribe(filter, { qos }, (error) => {
        // Lost in transit: it is resubscribed with the next connection.
        if (error) log.warn({ filter, why: error.message }, 'not subscribed yet');
      });
    },
    publish: (topic, message) => publishText(topic, JSON.stringify(message)),
    publishText,
    publishOnce(topic, text) {
      if (client.connected) client.publish(topic, text, { qos: 0 });
    },
    publishRetained: (topic, text) => send(topic, text, true),
    publishAcknowledged: (topic, message, withinMs) =>
      publishTextAcknowledged(topic, JSON.stringify(message), withinMs),
    publishTextAcknowledged,
    publishRetainedAcknowledged: (topic, text, withinMs = 5_000) =>
      acknowledged(topic, text, withinMs, true),
    async close() {
      closing = true;
      clearTimeout(opening);
      receipts.flush();
      await client.endAsync(true);
    },
  };
}

/** Matches topics against a filter with `+` for one level. */
export function topicFilter(filter: string): (topic: string) => boolean {
  const wanted = filter.split('/');
  return (topic) => {
    const levels = topic.split('/');
    return (
      levels.length === wanted.length &&
      wanted.every((level, i) => level === '+' || level === levels[i])
    );
  };
}
