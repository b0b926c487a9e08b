import { once } from 'node:events';
import { watch } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { MAX_PACKET_BYTES } from '@anshi/contracts';
import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { logDestination } from '@anshi/contracts/log';
import { packPacketLengths } from '@anshi/contracts/packet-lengths';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import { readServerTls, type ServerTls } from '@anshi/contracts/tls';
import { Aedes, type Client } from 'aedes';
import pino from 'pino';
import { z } from 'zod';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { isEntry } from '../platform/entry.ts';
import { guardBroker } from './broker-guard.ts';
import { limitPacketSize } from './packet-size.ts';
import { limitUnread } from './unread.ts';

/** A running MQTT 3.1.1 broker. */
export interface EmbeddedBroker {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Maximum number of connections; further ones are closed. */
const MOST_CONNECTIONS = 1_000;
/** As long as a connection may take to sign in. */
const HANDSHAKE_MS = 10_000;
/** Changes of the users come in bursts. */
const LOOK_AFTER_MS = 100;

/**
 * Starts the broker. Only the users of the folder are let in, and each may do what its kind may
 * (`contracts/src/bus/rights.ts`). Sessions and retained messages live in its memory: what must not be
 * lost waits in the senders' outboxes until the API's own acknowledgement.
 *
 * @param options.users the folder of the users; who is taken away from it is disconnected.
 * @param options.port 0 picks a free one.
 */
export async function startBroker(options: {
  users: BusUserFolder;
  port?: number;
  host?: string;
  /** False for benches alone: no client is slowed down. */
  isSlowed?: boolean;
  /** Left out or null: no TLS. */
  tls?: ServerTls | null;
}): Promise<EmbeddedBroker> {
  const host = options.host ?? '127.0.0.1';
  const guard = guardBroker(options.users, options.isSlowed);
  const aedes = await Aedes.createBroker(guard.options);
  guard.attach(aedes);
  let looking: NodeJS.Timeout | undefined;
  const watcher = watch(options.users.path, () => {
    looking ??= setTimeout(() => {
      looking = undefined;
      guard.endRevoked();
    }, LOOK_AFTER_MS);
  });
  const handle = (socket: Socket) => {
    if (!guard.enter(socket)) return void socket.destroy();
    limitPacketSize(socket, MAX_PACKET_BYTES, (bytes) => guard.refusePacket(client, bytes));
    limitUnread(
      socket,
      () => guard.unreadLimit(client),
      (bytes) => guard.refuseUnread(client, bytes),
    );
    const client: Client = aedes.handle(socket);
  };
  const server = options.tls
    ? createTlsServer({ ...options.tls, handshakeTimeout: HANDSHAKE_MS }, handle)
    : createServer(handle);
  server.maxConnections = MOST_CONNECTIONS;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${options.port} of ${host} is taken by another program: free it, or set ANSHI_MQTT_PORT to another port (0 picks a free one)`,
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the broker did not get a port');
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://${host}:${address.port}`,
    port: address.port,
    async stop() {
      watcher.close();
      clearTimeout(looking);
      guard.stop();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function main(): Promise<void> {
  keepFilesPrivate();
  letHeapGrow();
  packPacketLengths();
  const settings = readSettings(
    z.object({
      ANSHI_MQTT_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
      ANSHI_MQTT_HOST: z.string().default('127.0.0.1'),
      ANSHI_DATA_DIR: z.string().default('.anshi'),
      ANSHI_LOG_LEVEL: z.string().default('info'),
    }),
    process.env,
  );
  const log = pino({ name: 'broker', level: settings.ANSHI_LOG_LEVEL }, logDestination());
  const broker = await startBroker({
    users: new BusUserFolder(join(settings.ANSHI_DATA_DIR, 'bus-users')),
    port: settings.ANSHI_MQTT_PORT,
    host: settings.ANSHI_MQTT_HOST,
    tls: readServerTls(process.env, {
      cert: 'ANSHI_MQTT_TLS_CERT',
      key: 'ANSHI_MQTT_TLS_KEY',
      clientCa: 'ANSHI_MQTT_TLS_CLIENT_CA',
    }),
  });
  onShutdown(async (why) => {
    log.info({ why }, 'stopping');
    await broker.stop();
  });
  log.info({ url: broker.url }, 'ready');
  announceReady({ url: broker.url });
}

if (isEntry(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}
