import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BusKind, busAddress, busUserName } from '@anshi/contracts';
import type { IClientOptions } from 'mqtt';
import pg from 'pg';
import pino from 'pino';
import { buildApp } from '../app.ts';
import { type EmbeddedBroker, startBroker } from '../embedded/broker.ts';
import { connectBus } from '../platform/bus.ts';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { openDatabase } from '../platform/db/database.ts';
import type { GuardedRoute } from '../platform/http/app-types.ts';
import { usualSockets } from '../platform/http/socket-limits.ts';
import type { Settings } from '../platform/settings.ts';
import {
  cloneDatabase,
  databaseAt,
  MIGRATED,
  PASSWORD,
  type PreparedServer,
  SEEDED,
} from './prepared-server.ts';
import { seedAsAtStart } from './seeds.ts';
import { findPreparedServer, layKeyring, shareServer, startOwnServer } from './site-server.ts';

export { PASSWORD } from './prepared-server.ts';
export const WORKER_TOKEN = 'the-token-of-the-workers';
/** What the keys of the workers follow from in tests. */
export const BUS_KEYS_SECRET = 'a secret of the bus for tests, long enough';
/** The secret of every user of the broker in tests. */
const BUS_SECRET = 'a-secret-of-a-user-of-the-bus';

/** A database of a test. */
export interface DatabaseUrls {
  /** As the superuser of the server, past the policies: for what tests look at and prepare. */
  superUrl: string;
  /** As the owner of the tables: for what the product does as the owner. */
  adminUrl: string;
  /** As the role of the API. */
  appUrl: string;
}

/** Databases on a real server, a real broker and a folder, for the tests of one file. */
export interface Site {
  folder: string;
  server: DatabaseUrls;
  broker: EmbeddedBroker;
  /** The users of the broker; the APIs of the site keep theirs in it, too. */
  busUsers: BusUserFolder;
  /** Databases cloned from the seeded template, not used by an API yet: by their `appUrl`. */
  untouched: Map<string, PreparedServer>;
  /**
   * Restarts the server on the same port, with the same data.
   *
   * @throws Error where the server is shared.
   */
  restartDatabase(meanwhile?: () => Promise<void>): Promise<void>;
  /** The same for the broker, which loses its sessions. */
  restartBroker(meanwhile?: () => Promise<void>): Promise<void>;
  /** A new migrated database with these tenants, without data; without tenants, an empty one. */
  freshDatabase(tenants?: string[]): Promise<DatabaseUrls>;
  /**
   * A new database with the tenant `demo` as seeded by an API with demo accounts: for {@link
   * startApi}, which has nothing left to seed.
   *
   * @param further additional tenants, without data.
   */
  seededDatabase(further?: string[]): Promise<DatabaseUrls>;
  stop(): Promise<void>;
}

/**
 * Opens the fixture of a test file: databases on the server that all files of the run share.
 *
 * @param options.ownServer starts a separate server: for tests that stop it, or create roles or
 *   other server-wide objects.
 */
export async function openSite(options: { ownServer?: boolean } = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-api-'));
  // The server runs as another user where the tests run as root.
  await chmod(folder, 0o755);
  const prepared = options.ownServer ? null : await findPreparedServer();
  const { server, restart, close } = prepared
    ? shareServer(prepared)
    : await startOwnServer(join(folder, 'postgres'));
  // The key ring of the seeded values comes first: one that an API creates for another database
  // lacks their keys.
  if (prepared) await layKeyring(prepared, join(folder, 'shared-data', 'keyring.json'));
  const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
  let broker = await startBroker({ users: busUsers });
  const untouched = new Map<string, PreparedServer>();
  const made: string[] = [];

  async function newDatabase(template: string): Promise<DatabaseUrls> {
    const name = `test_${process.pid}_${++databases}`;
    await cloneDatabase(server.superUrl, template, name);
    made.push(name);
    return {
      superUrl: databaseAt(server.superUrl, name),
      adminUrl: databaseAt(server.adminUrl, name),
      appUrl: databaseAt(server.appUrl, name),
    };
  }
  const site: Site = {
    folder,
    server,
    get broker() {
      return broker;
    },
    busUsers,
    untouched,
    restartDatabase: restart,
    async restartBroker(meanwhile) {
      const { port } = broker;
      await broker.stop();
      await meanwhile?.();
      broker = await startBroker({ port, users: busUsers });
    },
    async freshDatabase(tenants = ['demo']) {
      // Without a tenant it is for tests of the migrations: empty.
      const urls = await newDatabase(tenants.length > 0 ? MIGRATED : 'template1');
      await addTenants(urls.adminUrl, tenants);
      return urls;
    },
    async seededDatabase(further = []) {
      if (!prepared) return site.freshDatabase(['demo', ...further]);
      const urls = await newDatabase(SEEDED);
      await addTenants(urls.adminUrl, further);
      untouched.set(urls.appUrl, prepared);
      return urls;
    },
    async stop() {
      await broker.stop();
      await close(made);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return site;
}

/** A user of the site's broker, made where it is not there: its address, and what mqtt.js connects with. */
export function busUser(
  site: Pick<Site, 'broker' | 'busUsers'>,
  kind: BusKind,
  name = '',
  tenant = 'demo',
): { url: string; options: IClientOptions } {
  site.busUsers.putNow({ tenant, kind, name, secret: BUS_SECRET });
  const user = busUserName({ kind, name });
  return {
    url: busAddress(site.broker.url, user, BUS_SECRET),
    options: { clientId: user, protocolVersion: 4, reconnectPeriod: 100 },
  };
}

async function addTenants(adminUrl: string, tenants: readonly string[]): Promise<void> {
  if (tenants.length === 0) return;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  for (const id of tenants) {
    const name = JSON.stringify({ zh: id, en: id });
    await admin.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [id, name]);
  }
  await admin.end();
}

/** Sequence number of the databases of a process: all files share the server. */
let databases = 0;

/** A running API. */
/** An answer to a test, with the members of a problem where it is one. */
export interface Sent<Body> {
  status: number;
  body: Body & { code?: string; reasons?: { code: string }[] };
}

export interface RunningApi {
  url: string;
  settings: Settings;
  /** All of its routes. */
  routes: readonly GuardedRoute[];
  /** Signs in and returns the headers of that user. */
  signIn(username?: string): Promise<{ authorization: string }>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /**
   * Asks as a user, and reads the answer as JSON; null where it has no body.
   *
   * @param path below `/api/v1`.
   */
  send<Body>(user: string, method: string, path: string, body?: object): Promise<Sent<Body>>;
  stop(): Promise<void>;
}

let started = 0;

/**
 * Starts an API process's parts inside the test, on a free port.
 *
 * @param heard a logger of the test's own, which looks at what is logged.
 */
export async function startApi(
  site: Pick<Site, 'folder' | 'broker' | 'busUsers'> & Partial<Pick<Site, 'untouched'>>,
  databaseUrl: string,
  changes: Partial<Settings> = {},
  heard?: pino.Logger,
): Promise<RunningApi> {
  const id = `api-${++started}`;
  const dataDir = join(site.folder, 'shared-data');
  await mkdir(dataDir, { recursive: true });
  const camerasFile = join(site.folder, `${id}.yaml`);
  await writeFile(camerasFile, CAMERAS);
  // The picture of its floor plan.
  const hall = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"/>';
  await writeFile(join(site.folder, 'hall.svg'), hall);
  const settings: Settings = {
    http: { host: '127.0.0.1', port: 0 },
    sockets: usualSockets,
    // Every file asks from one address.
    deviceTries: 100_000,
    databaseUrl,
    databaseAdminUrl: null,
    mqttUrl: busUser(site, 'api', id, changes.tenant).url,
    apiId: id,
    dataDir,
    databaseDir: null,
    keyring: { file: join(dataDir, 'keyring.json'), make: true },
    tls: null,
    mqttTls: {},
    clamav: null,
    s3: null,
    backup: null,
    camerasFile,
    camerasFrom: 'database',
    tenant: 'demo',
    timeZone: 'Asia/Shanghai',
    workerToken: WORKER_TOKEN,
    tokenSecret: 'a secret for tests that is long enough',
    busSecret: BUS_KEYS_SECRET,
    session: { accessMinutes: 15, idleHours: 12, days: 30 },
    trustProxy: false,
    notices: { smtpUrl: null, from: null, publicUrl: null, pushHosts: [] },
    turn: null,
    webhookAllow: [],
    metricsToken: null,
    demo: { password: PASSWORD },
    dashboardDir: join(site.folder, 'dashboard'),
    logLevel: process.env.ANSHI_LOG_LEVEL ?? 'silent',
    ...changes,
  };
  const log = heard ?? pino({ level: settings.logLevel });
  const database = openDatabase(databaseUrl);
  const prepared = site.untouched?.get(databaseUrl);
  site.untouched?.delete(databaseUrl);
  if (prepared) await layKeyring(prepared, settings.keyring.file);
  const { tenant, demo } = settings;
  const seeded = prepared && tenant === 'demo' && demo?.password === PASSWORD;
  if (!seeded) await seedAsAtStart(database, settings);
  const bus = connectBus(settings.mqttUrl, `api-${id}`, log, settings.mqttTls);
  const app = await buildApp({ settings, log, database, bus });
  const url = await app.listen({ host: '127.0.0.1', port: settings.http.port });
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
    async send<Body>(user: string, method: string, path: string, body?: object) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(await api.signIn(user)),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: (text ? JSON.parse(text) : null) as Sent<Body>['body'],
      };
    },
    async stop() {
      await app.close();
      await bus.close();
      await database.close();
    },
  };
  return api;
}

/** Polls for a condition. The limit is for failures: a machine may be busy. */
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
