import type { Socket } from 'node:net';
import {
  type BusRefusal,
  type BusUser,
  busUserName,
  MAX_PACKET_BYTES,
  REFUSED_TOPIC,
  type RightsOfUser,
  readBusUserName,
  rightsOf,
} from '@anshi/contracts';
import type { Aedes, AedesOptions, Client } from 'aedes';
import type { BusUserFolder } from '../platform/bus-users/folder.ts';
import { passwordMatches } from '../platform/bus-users/password.ts';
import { Arrivals } from './arrivals.ts';
import { RefusalCounter, type RefusedUser } from './bus-refusals.ts';
import { limitsOf, type MessageRate, RetainedShares, UserRates } from './client-limits.ts';
import { createSessionStore } from './session-store.ts';

/** Topic of refused messages: they are acknowledged, as MQTT 3.1.1 requires, and not delivered. */
const NOWHERE = '$SYS/anshi/nowhere';
/** After this many throttled messages in a row, people are notified. */
const SLOWED_AFTER_MS = 1_000;
/** Filters that a user may have subscribed to at a time. */
const MOST_FILTERS = 100;
/** What may wait to be read of a connection beside the queue of its session, bytes. */
const UNREAD_BYTES = 1024 * 1024;

interface Session {
  readonly user: BusUser;
  readonly name: string;
  readonly hash: string;
  readonly rights: RightsOfUser;
  readonly rate: MessageRate;
  readonly filters: Set<string>;
}

/**
 * What the embedded broker allows: a connection under a user's own name and secret, and what
 * `contracts/src/bus/rights.ts` gives it. Refused messages are acknowledged and dropped, as mosquitto
 * does it; a packet that is too large, and too much that is not read, end the connection.
 */
export function guardBroker(users: BusUserFolder, isSlowed = true) {
  const sessions = new WeakMap<Client, Session>();
  const connected = new Map<string, Client>();
  const retained = new RetainedShares();
  const rates = new UserRates();
  const arrivals = new Arrivals();
  /** Addresses of connections that are not signed in. */
  const unsigned = new Map<Socket, string>();
  const refusals = new RefusalCounter((found) => tell(found));
  let broker: Aedes | undefined;

  const isUser = (name: string) => users.find(name) !== undefined;
  const refusedUser = (client: Client | undefined | null): RefusedUser => {
    const name = client ? sessions.get(client)?.name : undefined;
    return { name: name ?? '(anonymous)', isKnown: name !== undefined };
  };
  const store = createSessionStore({
    limitsOf(id) {
      const kind = readBusUserName(id)?.kind;
      return kind === undefined ? null : limitsOf(kind);
    },
    isGranted: (client, filter) => sessions.get(client as Client)?.filters.has(filter) ?? false,
    onDropped(id, topic) {
      refusals.note({ name: id, isKnown: true }, 'queue', topic);
      // It is there and does not acknowledge: it gets what waits when it comes back.
      connected.get(id)?.close();
    },
  });

  function tell(found: BusRefusal[]): void {
    if (!broker || broker.closed) return;
    const payload = JSON.stringify(found);
    broker.publish(
      { cmd: 'publish', topic: REFUSED_TOPIC, payload, qos: 0, retain: false, dup: false },
      () => {},
    );
  }

  function arrived(socket: Socket): void {
    const address = unsigned.get(socket);
    if (address === undefined) return;
    unsigned.delete(socket);
    arrivals.leave(address);
  }

  const options: AedesOptions = {
    persistence: store.persistence,
    // The names of devices and workers are longer than MQTT 3.1's 23.
    maxClientsIdLength: 256,
    connectTimeout: 10_000,
    authenticate(client, username, password, done) {
      const name = username ?? '';
      const user = users.find(name);
      const secret = password?.toString('utf8') ?? '';
      const socket = client.conn as Socket;
      // The client id is the user name: no user can take over another's session.
      if (!user || client.id !== name || !passwordMatches(secret, user.hash)) {
        const tried = { name: name || '(anonymous)', isKnown: user !== undefined };
        refusals.note(tried, 'sign-in', null);
        const wait = isSlowed ? arrivals.fail(unsigned.get(socket) ?? '') : 0;
        const refuse = () =>
          done(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), false);
        if (wait === 0) return refuse();
        setTimeout(refuse, wait).unref();
        return;
      }
      arrived(socket);
      const { tenant, kind, hash } = user;
      const known: BusUser = { tenant, kind, name: user.name };
      const rate = rates.of(name, limitsOf(kind));
      const rights = rightsOf(known);
      sessions.set(client, { user: known, name, hash, rights, rate, filters: new Set() });
      done(null, true);
    },
    authorizePublish(client, packet, done) {
      // Messages of the broker itself, such as the will of a lost client.
      const session = client ? sessions.get(client) : undefined;
      if (!session) return done(client ? new Error('not signed in') : null);
      const { user, name, rights, rate } = session;
      const refuse = (what: BusRefusal['what']) => {
        refusals.note(refusedUser(client), what, packet.topic);
        Object.assign(packet, { topic: NOWHERE, payload: Buffer.alloc(0), retain: false });
      };
      if (!rights.mayPublish(packet.topic)) refuse('publish');
      else if (
        packet.retain &&
        !retained.note(name, limitsOf(user.kind), packet.topic, packet.payload.length)
      ) {
        refuse('retained');
      }
      const wait = isSlowed ? rate.wait() : 0;
      if (wait === 0) return done(null);
      if (wait > SLOWED_AFTER_MS) refusals.note(refusedUser(client), 'rate', packet.topic);
      setTimeout(() => done(null), wait);
    },
    authorizeSubscribe(client, subscription, done) {
      const session = client && sessions.get(client);
      const { topic } = subscription;
      const isTooMany = (filters: Set<string>) =>
        filters.size >= MOST_FILTERS && !filters.has(topic);
      if (session?.rights.maySubscribe(topic) && !isTooMany(session.filters)) {
        session.filters.add(topic);
        return done(null, subscription);
      }
      refusals.note(refusedUser(client), 'subscribe', topic);
      done(null, null);
    },
    authorizeForward(client, packet) {
      const session = sessions.get(client);
      // A right that was narrowed holds for subscriptions of an earlier session, too.
      return session?.rights.mayReceive(packet.topic) ? packet : null;
    },
  };

  return {
    options,
    /** Once it runs. */
    attach(running: Aedes): void {
      broker = running;
      running.on('client', (client) => connected.set(client.id, client));
      running.on('clientDisconnect', (client) => {
        if (connected.get(client.id) === client) connected.delete(client.id);
      });
      running.on('unsubscribe', (topics, client) => {
        for (const topic of topics) sessions.get(client)?.filters.delete(topic);
      });
    },
    /** @returns false where the address has too many connections that are not signed in. */
    enter(socket: Socket): boolean {
      const address = socket.remoteAddress ?? '';
      if (!arrivals.enter(address)) {
        refusals.note({ name: `(address ${address})`, isKnown: false }, 'rate', null);
        return false;
      }
      unsigned.set(socket, address);
      socket.once('close', () => arrived(socket));
      return true;
    },
    refusePacket(client: Client | undefined, bytes: number): void {
      const detail = `${bytes} > ${MAX_PACKET_BYTES} bytes`;
      refusals.note(refusedUser(client), 'packet-size', detail);
    },
    /** Bytes that may wait to be read of a connection; null where the broker waits for the client. */
    unreadLimit(client: Client | undefined): number | null {
      const kind = client && sessions.get(client)?.user.kind;
      if (kind === 'api') return null;
      return UNREAD_BYTES + (kind ? 2 * limitsOf(kind).queuedBytes : 0);
    },
    refuseUnread(client: Client | undefined, bytes: number): void {
      refusals.note(refusedUser(client), 'queue', `${bytes} bytes were not read`);
    },
    /** Closes the connections of removed users and of changed secrets, and forgets removed ones. */
    endRevoked(): void {
      for (const client of connected.values()) {
        const session = sessions.get(client);
        if (session && users.find(busUserName(session.user))?.hash !== session.hash) client.close();
      }
      rates.keepOnly(isUser);
      store.keepOnly(isUser);
    },
    stop(): void {
      refusals.flush();
      refusals.stop();
    },
  };
}
