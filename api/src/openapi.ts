import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { buildApp } from './app.ts';
import type { Bus } from './platform/bus.ts';
import { openDatabase } from './platform/db/database.ts';
import { isEntry } from './platform/entry.ts';
import { usualSockets } from './platform/http/socket-limits.ts';

/** Path of the generated description; clients are generated from it. */
export const OPENAPI_FILE = fileURLToPath(new URL('../openapi.json', import.meta.url));

/** The API description as text. No connections are opened: only the routes are read. */
export async function describeApi(): Promise<string> {
  const nowhere = join(tmpdir(), 'anshi-openapi');
  const database = openDatabase('postgresql://nobody@127.0.0.1:1/none');
  const bus: Bus = {
    connected: false,
    connectedSince: null,
    subscribe() {},
    publish() {},
    publishText() {},
    publishOnce() {},
    publishRetained() {},
    async publishAcknowledged() {},
    async publishTextAcknowledged() {},
    async publishRetainedAcknowledged() {},
    async close() {},
  };
  const app = await buildApp({
    log: pino({ level: 'silent' }),
    database,
    bus,
    settings: {
      http: { host: '127.0.0.1', port: 0 },
      sockets: usualSockets,
      deviceTries: 1,
      databaseUrl: '',
      databaseAdminUrl: null,
      mqttUrl: '',
      apiId: 'openapi',
      dataDir: nowhere,
      databaseDir: null,
      keyring: { file: join(nowhere, 'keyring.json'), make: false },
      tls: null,
      mqttTls: {},
      clamav: null,
      s3: null,
      backup: null,
      camerasFile: join(nowhere, 'cameras.yaml'),
      camerasFrom: 'database',
      tenant: 'openapi',
      timeZone: 'Asia/Shanghai',
      workerToken: 'no worker comes here',
      tokenSecret: 'no token is signed with this secret',
      busSecret: 'no worker has a key that follows from this',
      session: { accessMinutes: 15, idleHours: 12, days: 30 },
      trustProxy: false,
      notices: { smtpUrl: null, from: null, publicUrl: null, pushHosts: [] },
      turn: null,
      webhookAllow: [],
      metricsToken: null,
      demo: null,
      dashboardDir: nowhere,
      logLevel: 'silent',
    },
  });
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
    await database.close();
  }
}

if (isEntry(import.meta.url)) {
  await writeFile(OPENAPI_FILE, await describeApi());
  console.log(`written: ${OPENAPI_FILE}`);
}
