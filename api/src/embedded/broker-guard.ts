import {
  type BusRefusal,
  type BusUser,
  busUserName,
  MAX_PACKET_BYTES,
  REFUSED_TOPIC,
  type RightsOfUser,
  rightsOf,
} from '@anshi/contracts';
import type { Aedes, AedesOptions, Client } from 'aedes';
import type { BusUserFolder } from '../platform/bus-users/folder.ts';
import { passwordMatches } from '../platform/bus-users/password.ts';
import { RefusalCounter } from './bus-refusals.ts';
import { limitsOf, MessageRate, RetainedShares } from './client-limits.ts';

/** Topic of refused messages: they are acknowledged, as MQTT 3.1.1 requires, and not delivered. */
const NOWHERE = '$SYS/anshi/nowhere';
/** After this many throttled messages in a row, people are notified. */
const SLOWED_AFTER_MS = 1_000;

interface Session {
  readonly user: BusUser;
  readonly name: string;
  readonly hash: string;
  readonly rights: RightsOfUser;
  readonly rate: MessageRate;
}

/**
 * What the embedded broker allows: a connection under a user's own name and secret, and what
 * `contracts/src/bus/rights.ts` gives it. Refused messages are acknowledged and dropped, as mosquitto
 * does it; a packet that is too large ends the connection.
 */
export function guardBroker(users: BusUserFolder, isSlowed = true) {
  const sessions = new WeakMap<Client, Session>();
  const retained = new RetainedShares();
  let broker: Aedes | undefined;
  const refusals = new RefusalCounter((found) => tell(found));

  function tell(found: BusRefusal[]): void {
    if (!broker || broker.closed) return;
    broker.publish(
      {
        cmd: 'publish',
        topic: REFUSED_TOPIC,
        payload: JSON.stringify(found),
        qos: 0,
        retain: false,
        dup: false,
      },
      () => {},
    );
  }

  const options: AedesOptions = {
    // The names of devices and workers are longer than MQTT 3.1's 23.
    maxClientsIdLength: 256,
    connectTimeout: 10_000,
    authenticate(client, username, password, done) {
      const name = username ?? '';
      const user = users.find(name);
      const secret = password?.toString('utf8') ?? '';
      // The client id is the user name: no user can take over another's session.
      if (!user || client.id !== name || !passwordMatches(secret, user.hash)) {
        refusals.note(name || '(anonymous)', 'sign-in', null);
        return done(
          Object.assign(new Error('bad user name or password'), { returnCode: 4 }),
          false,
        );
      }
      const { tenant, kind, hash } = user;
      const known: BusUser = { tenant, kind, name: user.name };
      sessions.set(client, {
        user: known,
        name,
        hash,
        rights: rightsOf(known),
        rate: new MessageRate(limitsOf(kind)),
      });
      done(null, true);
    },
    authorizePublish(client, packet, done) {
      // Messages of the broker itself, such as the will of a lost client.
      const session = client ? sessions.get(client) : undefined;
      if (!session) return done(client ? new Error('not signed in') : null);
      const { user, name, rights, rate } = session;
      const refuse = (what: BusRefusal['what']) => {
        refusals.note(name, what, packet.topic);
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
      if (wait > SLOWED_AFTER_MS) refusals.note(name, 'rate', packet.topic);
      setTimeout(() => done(null), wait);
    },
    authorizeSubscribe(client, subscription, done) {
      const session = client && sessions.get(client);
      if (session?.rights.maySubscribe(subscription.topic)) return done(null, subscription);
      refusals.note(session?.name ?? '(anonymous)', 'subscribe', subscription.topic);
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
    },
    refusePacket(client: Client | undefined, bytes: number): void {
      const name = (client && sessions.get(client)?.name) ?? '(anonymous)';
      refusals.note(name, 'packet-size', `${bytes} > ${MAX_PACKET_BYTES} bytes`);
    },
    /** Closes the connections of removed users and of changed secrets. */
    endRevoked(clients: Iterable<Client>): void {
      for (const client of clients) {
        const session = sessions.get(client);
        if (session && users.find(busUserName(session.user))?.hash !== session.hash) client.close();
      }
    },
    stop(): void {
      refusals.flush();
      refusals.stop();
    },
  };
}
