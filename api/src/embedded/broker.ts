import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { logDestination } from '@anshi/contracts/log';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import { readServerTls, type ServerTls } from '@anshi/contracts/tls';
import { Aedes } from 'aedes';
import pino from 'pino';
import { z } from 'zod';
import { isEntry } from '../platform/entry.ts';

/** A running MQTT 3.1.1 broker. */
export interface EmbeddedBroker {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts the broker. Sessions and retained messages live in its memory: what must not be lost waits
 * in the senders' outboxes until the API's own acknowledgement.
 *
 * @param options.port 0 takes a free one.
 */
export async function startBroker(options: {
  port?: number;
  host?: string;
  /** Left out or null, it speaks in the clear. */
  tls?: ServerTls | null;
}): Promise<EmbeddedBroker> {
  const host = options.host ?? '127.0.0.1';
  const aedes = await Aedes.createBroker();
  const server = options.tls
    ? createTlsServer(options.tls, aedes.handle)
    : createServer(aedes.handle);
  const sockets = new Set<import('node:net').Socket>();
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
      `port ${options.port} of ${host} is taken by another program: free it, or set ANSHI_MQTT_PORT to another port (0 takes a free one)`,
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://${host}:${address.port}`,
    port: address.port,
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function main(): Promise<void> {
  keepFilesPrivate();
  const settings = readSettings(
    z.object({
      ANSHI_MQTT_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
      ANSHI_MQTT_HOST: z.string().default('127.0.0.1'),
      ANSHI_LOG_LEVEL: z.string().default('info'),
    }),
    process.env,
  );
  const log = pino({ name: 'broker', level: settings.ANSHI_LOG_LEVEL }, logDestination());
  const broker = await startBroker({
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
