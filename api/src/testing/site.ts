import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { buildApp } from '../app.ts';
import { type EmbeddedBroker, startBroker } from '../embedded/broker.ts';
import { type EmbeddedDatabase, startDatabase } from '../embedded/database.ts';
import { seedDemo, seedTenant } from '../modules/auth/demo.ts';
import { seedHazards } from '../modules/hazards/dictionaries.ts';
import { seedDemoPeople } from '../modules/people/demo.ts';
import { seedPrivacy } from '../modules/privacy/defaults.ts';
import { connectBus } from '../platform/bus.ts';
import { openDatabase } from '../platform/db/database.ts';
import { migrate } from '../platform/db/migrate.ts';
import type { GuardedRoute } from '../platform/http/app-types.ts';
import { openKeyring } from '../platform/sealed/keyring.ts';
import { createSealed } from '../platform/sealed/sealed.ts';
import type { Settings } from '../platform/settings.ts';
import { layServerFolder, TEMPLATE } from './prepared-server.ts';

export const PASSWORD = 'a-demo-password';
export const WORKER_TOKEN = 'the-token-of-the-workers';

/** A real database server, a real broker and a folder, for the tests of one file. */
export interface Site {
  folder: string;
  server: EmbeddedDatabase;
  broker: EmbeddedBroker;
  /** Stops the server and starts it on the same port, with the same data. */
  restartDatabase(meanwhile?: () => Promise<void>): Promise<void>;
  /** The same of the broker, which forgets its sessions. */
  restartBroker(meanwhile?: () => Promise<void>): Promise<void>;
  /** A new database, migrated for these tenants; without any, an empty one. */
  freshDatabase(tenants?: string[]): Promise<{ adminUrl: string; appUrl: string }>;
  stop(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-api-'));
  // The server runs as another user where the tests run as root.
  await chmod(folder, 0o755);
  const databaseFolder = join(folder, 'postgres');
  await layServerFolder(databaseFolder);
  let server = await startDatabase({ folder: databaseFolder, durable: false });
  let broker = await startBroker({});
  let count = 0;
  return {
    folder,
    get server() {
      return server;
    },
    get broker() {
      return broker;
    },
    async restartDatabase(meanwhile) {
      const { port } = server.server;
      await server.stop();
      await meanwhile?.();
      server = await startDatabase({ folder: databaseFolder, durable: false, port });
    },
    async restartBroker(meanwhile) {
      const { port } = broker;
      await broker.stop();
      await meanwhile?.();
      broker = await startBroker({ port });
    },
    async freshDatabase(tenants = ['demo']) {
      const name = `test_${++count}`;
      const admin = new pg.Client({ connectionString: server.adminUrl });
      await admin.connect();
      // Without a tenant, it is for tests of the migrations themselves: empty.
      const template = tenants.length > 0 ? TEMPLATE : 'template1';
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      await admin.end();
      const within = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
      const urls = { adminUrl: within(server.adminUrl), appUrl: within(server.appUrl) };
      for (const id of tenants) {
        await migrate(urls.adminUrl, urls.appUrl, { id, name: { zh: id, en: id } });
      }
      return urls;
    },
    async stop() {
      await broker.stop();
      await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A running API. */
export interface RunningApi {
  url: string;
  settings: Settings;
  /** Every route that it has. */
  routes: readonly GuardedRoute[];
  /** Signs in and returns the headers of that user. */
  signIn(username?: string): Promise<{ authorization: string }>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

let started = 0;

/** Starts an API process's parts inside the test, on a free port. */
export async function startApi(
  site: Site,
  databaseUrl: string,
  changes: Partial<Settings> = {},
): Promise<RunningApi> {
  const id = `api-${++started}`;
  const dataDir = join(site.folder, 'shared-data');
  await mkdir(dataDir, { recursive: true });
  const camerasFile = join(site.folder, `${id}.yaml`);
  await writeFile(camerasFile, CAMERAS);
  const settings: Settings = {
    http: { host: '127.0.0.1', port: 0 },
    databaseUrl,
    databaseAdminUrl: null,
    mqttUrl: site.broker.url,
    apiId: id,
    dataDir,
    keyring: { file: join(dataDir, 'keyring.json'), make: true },
    tls: null,
    mqttTls: {},
    clamav: null,
    s3: null,
    backup: null,
    camerasFile,
    tenant: 'demo',
    timeZone: 'Asia/Shanghai',
    workerToken: WORKER_TOKEN,
    tokenSecret: 'a secret for tests that is long enough',
    session: { accessMinutes: 15, idleHours: 12, days: 30 },
    trustProxy: false,
    notices: { smtpUrl: null, from: null, publicUrl: null, pushHosts: [] },
    webhookAllow: [],
    metricsToken: null,
    demo: { password: PASSWORD },
    dashboardDir: join(site.folder, 'dashboard'),
    logLevel: process.env.ANSHI_LOG_LEVEL ?? 'silent',
    ...changes,
  };
  const log = pino({ level: settings.logLevel });
  const database = openDatabase(databaseUrl);
  await seedTenant(database, settings.tenant);
  await seedHazards(database, settings.tenant);
  await seedPrivacy(database, settings.tenant);
  if (settings.demo) {
    const sealed = createSealed(openKeyring(settings.keyring.file, settings.keyring));
    await seedDemoPeople(database, sealed, settings.tenant);
    await seedDemo(database, settings.tenant, settings.demo.password);
  }
  const bus = connectBus(settings.mqttUrl, `anshi-api-${id}`, log, settings.mqttTls);
  const app = await buildApp({ settings, log, database, bus });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await until(() => bus.connected, 'the API is on the bus');
  const tokens = new Map<string, string>();
  const api: RunningApi = {
    url,
    settings,
    routes: app.guardedRoutes,
    async signIn(username = 'operator') {
      let token = tokens.get(username);
      if (!token) {
        const answer = await api.post('/api/v1/auth/login', { username, password: PASSWORD });
        token = ((await answer.json()) as { accessToken: string }).accessToken;
        tokens.set(username, token);
      }
      return { authorization: `Bearer ${token}` };
    },
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async stop() {
      await app.close();
      await bus.close();
      await database.close();
    },
  };
  return api;
}

/** Waits for a condition, looking often. The limit is for what never comes: a machine may be busy. */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  what: string,
  withinMs = 60_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const CAMERAS = `version: 1
sites:
  - id: plant-1
    name: { zh: 一号厂, en: Plant 1 }
    floorPlans:
      - { id: hall, name: { zh: 车间, en: Hall }, size: [40, 20], image: hall.svg }
cameras:
  - id: hall-west
    name: { zh: 车间西, en: Hall west }
    site: plant-1
    floorPlan: hall
    url: rtsp://viewer:secret-of-the-camera@127.0.0.1:1/hall-west
    picture: [1280, 720]
    zones:
      - id: press-area
        name: { zh: 冲压区, en: Press area }
        polygon: [[100, 100], [600, 100], [600, 500], [100, 500]]
    lines:
      - { id: guardrail, name: { zh: 护栏, en: Guardrail }, from: [100, 100], to: [600, 100] }
    rules:
      - { id: helmet-in-press-area, kind: missing-ppe, zone: press-area, items: [helmet] }
      - { id: over-the-guardrail, kind: line-crossing, line: guardrail }
`;
