import type { WebSocket } from '@fastify/websocket';
import type { Logger } from 'pino';
import type { Account } from '../access/account.ts';
import type { AccountEvents } from '../access/account-events.ts';
import type { Auth } from '../access/auth.ts';
import { Problem } from '../http/errors.ts';
import type { Metrics } from '../metrics.ts';
import { startBeats } from './beats.ts';
import { CLOSE_AUTH, CLOSE_LATER, CLOSE_SLOW, SLOW_BYTES, STUCK_BYTES } from './close-codes.ts';
import { connectionToEvict, hasTooMany } from './connection-limits.ts';
import {
  declaredTopics,
  type LiveTopic,
  type LiveTopicName,
  maySubscribe,
  parseClientMessage,
} from './live-topics.ts';

export type { LiveTopic, LiveTopicName } from './live-topics.ts';

const AUTH_WITHIN_MS = 10_000;
const PING_EVERY_MS = 20_000;
const GOODBYE_WITHIN_MS = 1_000;
const MOST_TOPICS = 256;
/** Maximum queued messages of one browser. */
const MOST_UNREAD = 100;

interface Client {
  socket: WebSocket;
  address: string;
  account: Account | null;
  session: string;
  /** Counter of checks; the result of an earlier check must not override a later one. */
  looks: number;
  topics: Set<string>;
  /** False while a pong is due. */
  alive: boolean;
  timer: NodeJS.Timeout;
}

/** Pushes events to subscribed browsers. */
export class LiveEvents {
  readonly #auth: Auth;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #clients = new Set<Client>();
  readonly #topics: LiveTopic[] = [];
  readonly #pinging: NodeJS.Timeout;
  readonly #endBeats: () => void;
  #isOn: (feature: string) => boolean = () => true;

  /** @param changes notifications of account changes, so that none waits for a ping. */
  constructor(auth: Auth, log: Logger, metrics: Metrics, changes?: Pick<AccountEvents, 'on'>) {
    this.#auth = auth;
    this.#log = log;
    this.#metrics = metrics;
    this.#pinging = setInterval(() => this.#pingAll(), PING_EVERY_MS);
    this.#pinging.unref();
    this.#endBeats = startBeats(this.#clients, (client, message) => {
      if (client.account) this.#send(client, message);
    });
    changes?.on(({ tenant, user }) => {
      for (const client of this.#clients) {
        if (client.account?.tenant !== tenant) continue;
        if (user === null || client.account.id === user) this.#recheck(client, client.account);
      }
    });
  }

  /** Refuses the topics of disabled features, also for existing subscribers. */
  gate(features: { isOn(feature: string): boolean; onChange(listener: () => void): void }): void {
    this.#isOn = (feature) => features.isOn(feature);
    features.onChange(() => {
      for (const client of this.#clients) {
        for (const name of client.topics) {
          if (!this.#isOff(name)) continue;
          client.topics.delete(name);
          this.#refuseOff(client, name);
        }
      }
    });
  }

  #isOff(name: string): boolean {
    const feature = this.#find(name)?.feature;
    return feature !== undefined && !this.#isOn(feature);
  }

  #refuseOff(client: Client, name: string): void {
    const message = `the module of the topic "${name}" is switched off`;
    this.#send(client, { type: 'error', code: 'feature.off', message });
  }

  /**
   * Opens a topic of a manifest. Browsers may subscribe to no others. One that several modules push to is opened once.
   *
   * @param parts.current sent to each new subscriber, without waiting for the next change.
   * @param parts.allows for a topic that not every holder of its permission may have.
   */
  offer(name: LiveTopicName, parts: Pick<LiveTopic, 'current' | 'allows'> = {}): void {
    if (this.#topics.some((one) => one.name === name)) return;
    this.#topics.push({ ...(declaredTopics[name] as Omit<LiveTopic, 'name'>), name, ...parts });
  }

  /** Whether there are subscribers, to avoid work without any. */
  wanted(tenant: string, topic: string): boolean {
    for (const client of this.#clients) {
      if (client.account?.tenant === tenant && client.topics.has(topic)) return true;
    }
    return false;
  }

  /**
   * Sends to every subscribed browser of the tenant.
   *
   * @param visibleTo for rows that not every subscriber may see.
   */
  push(
    tenant: string,
    topic: string,
    message: object,
    visibleTo: (account: Account) => boolean = () => true,
  ): void {
    this.pushEach(tenant, topic, (account) => (visibleTo(account) ? message : null));
  }

  /**
   * Sends to each subscribed browser of the tenant what its user may see.
   *
   * @param messageFor null for nothing; the same object for several users is written once.
   */
  pushEach(tenant: string, topic: string, messageFor: (account: Account) => object | null): void {
    if (!this.wanted(tenant, topic)) return;
    const droppable = this.#find(topic)?.droppable === true;
    const texts = new Map<object, string>();
    for (const client of this.#clients) {
      if (client.account?.tenant !== tenant || !client.topics.has(topic)) continue;
      const message = messageFor(client.account);
      if (!message) continue;
      const text = texts.get(message) ?? JSON.stringify(message);
      texts.set(message, text);
      if (client.socket.bufferedAmount > STUCK_BYTES) {
        client.socket.close(CLOSE_SLOW, 'reads too slowly');
      } else if (droppable && client.socket.bufferedAmount > SLOW_BYTES) {
        this.#metrics.skippedObservations.inc();
      } else {
        client.socket.send(text);
      }
    }
  }

  /** The accounts of the tenant that are subscribed, each once. */
  audience(tenant: string, topic: string): Account[] {
    const found = new Map<string, Account>();
    for (const { account, topics } of this.#clients) {
      if (account?.tenant === tenant && topics.has(topic)) found.set(account.id, account);
    }
    return [...found.values()];
  }

  /** Accepts a new connection. Its first message must sign in. */
  accept(socket: WebSocket, address = ''): void {
    this.#makeRoom(address);
    const client: Client = {
      socket,
      address,
      account: null,
      session: '',
      looks: 0,
      topics: new Set(),
      alive: true,
      timer: setTimeout(() => socket.close(CLOSE_AUTH, 'not signed in'), AUTH_WITHIN_MS),
    };
    this.#clients.add(client);
    this.#metrics.viewers.set(this.#clients.size);
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('error', (error) => this.#log.debug({ why: error.message }, 'a browser was lost'));
    socket.on('close', () => {
      clearTimeout(client.timer);
      this.#clients.delete(client);
      this.#metrics.viewers.set(this.#clients.size);
    });
    // One message after the other: a subscribe right after the auth waits for it.
    let turn: Promise<void> = Promise.resolve();
    let unread = 0;
    socket.on('message', (data) => {
      if (++unread > MOST_UNREAD) return socket.terminate();
      turn = turn
        .then(() => (this.#clients.has(client) ? this.#receive(client, String(data)) : undefined))
        .catch((error: unknown) => this.#log.error({ err: error }, 'a browser was not answered'))
        .finally(() => {
          unread--;
        });
    });
  }

  close(): void {
    clearInterval(this.#pinging);
    this.#endBeats();
    for (const { socket } of this.#clients) socket.close(1001, 'the server stops');
    // A client without a close handshake must not block the shutdown.
    setTimeout(() => {
      for (const { socket } of this.#clients) socket.terminate();
    }, GOODBYE_WITHIN_MS).unref();
  }

  async #receive(client: Client, text: string): Promise<void> {
    const message = parseClientMessage(text);
    if (!message) {
      this.#send(client, {
        type: 'error',
        code: 'request.invalid',
        message: 'not understood',
      });
      return;
    }
    if (message.type === 'auth') return this.#signIn(client, message.token);
    if (!client.account) return client.socket.close(CLOSE_AUTH, 'not signed in');
    for (const name of message.topics) {
      if (message.type === 'unsubscribe') client.topics.delete(name);
      else this.#subscribe(client, client.account, name);
    }
  }

  async #signIn(client: Client, token: string): Promise<void> {
    try {
      const { account, session, expiresAt } = await this.#auth.verify(token);
      // Disconnected during the database query: nothing else would stop the timer.
      if (!this.#clients.has(client)) return;
      // A new token extends the session of the same user only.
      if (client.account && client.account.id !== account.id) {
        return client.socket.close(CLOSE_AUTH, 'signed in as someone else');
      }
      if (!client.account && hasTooMany(this.#clients, account, session)) {
        return client.socket.close(CLOSE_LATER, 'too many connections of this account');
      }
      client.account = account;
      client.session = session;
      clearTimeout(client.timer);
      client.timer = setTimeout(
        () => client.socket.close(CLOSE_AUTH, 'the session has ended'),
        Math.min(expiresAt.getTime() - Date.now(), 2 ** 31 - 1),
      );
      this.#send(client, { type: 'ready' });
    } catch (error) {
      if (error instanceof Problem) return client.socket.close(CLOSE_AUTH, error.title);
      this.#log.warn({ err: error }, 'a browser could not be signed in');
      client.socket.close(CLOSE_LATER, 'try again later');
    }
  }

  #subscribe(client: Client, account: Account, name: string): void {
    const topic = this.#find(name);
    if (!topic) {
      this.#send(client, {
        type: 'error',
        code: 'request.invalid',
        message: `there is no topic "${name}"`,
      });
      return;
    }
    if (this.#isOff(name)) {
      this.#refuseOff(client, name);
      return;
    }
    if (!maySubscribe(account, topic, name)) {
      this.#send(client, {
        type: 'error',
        code: 'auth.forbidden',
        message: `the topic "${name}" needs the permission ${topic.permission}, within its reach`,
      });
      return;
    }
    if (client.topics.size >= MOST_TOPICS && !client.topics.has(name)) {
      this.#send(client, {
        type: 'error',
        code: 'request.invalid',
        message: `a connection takes ${MOST_TOPICS} topics at most`,
      });
      return;
    }
    client.topics.add(name);
    for (const message of topic.current?.(account) ?? []) this.#send(client, message);
  }

  #find(name: string): LiveTopic | undefined {
    return this.#topics.find((topic) =>
      topic.name.endsWith(':')
        ? name.startsWith(topic.name) && name.length > topic.name.length
        : topic.name === name,
    );
  }

  #send(client: Client, message: object): void {
    // One that asks and does not read is cut: its answers would pile up here.
    if (client.socket.bufferedAmount > STUCK_BYTES) client.socket.terminate();
    else if (client.socket.readyState === client.socket.OPEN) {
      client.socket.send(JSON.stringify(message));
    }
  }

  /** Disconnects unresponsive clients, and users who were locked or lost a role. */
  #pingAll(): void {
    for (const client of this.#clients) {
      if (!client.alive) {
        client.socket.terminate();
        continue;
      }
      client.alive = false;
      client.socket.ping();
      if (client.account) this.#recheck(client, client.account);
    }
  }

  #recheck(client: Client, { tenant, id: user }: Account): void {
    const look = ++client.looks;
    this.#auth.stillSignedIn({ tenant, user, session: client.session }).then(
      (account) => {
        if (look !== client.looks) return;
        if (!account) return client.socket.close(CLOSE_AUTH, 'the session has ended');
        const isOther = rightsText(account) !== rightsText(client.account);
        client.account = account;
        // What the page may show has changed, such as live video, which does not come over this connection.
        if (isOther) {
          this.#send(client, { type: 'rights', permissions: [...account.permissions.keys()] });
        }
        for (const name of client.topics) {
          const topic = this.#find(name);
          if (topic && !maySubscribe(account, topic, name)) client.topics.delete(name);
        }
      },
      // An unavailable database disconnects no client.
      (error: unknown) => this.#log.debug({ err: error }, 'a browser could not be checked'),
    );
  }

  #makeRoom(address: string): void {
    const one = connectionToEvict(this.#clients, address);
    if (!one) return;
    this.#clients.delete(one);
    clearTimeout(one.timer);
    one.socket.close(CLOSE_LATER, 'too many connections that have not signed in');
  }
}

/** What an account may do, for comparison. */
const rightsText = (account: Account | null): string =>
  JSON.stringify([...(account?.permissions ?? [])].sort());
