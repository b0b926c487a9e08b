import { hostname } from 'node:os';
import { join } from 'node:path';
import { slug } from '@anshi/contracts';
import { flag, readSettings, SettingsError } from '@anshi/contracts/process';
import { z } from 'zod';

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be postgresql://role:password@host:port/database',
});

const secret = (length: number, what: string) => {
  const error = `must be ${what}, of at least ${length} characters`;
  return z.string({ error }).min(length, error);
};

const schema = z.object({
  ANSHI_HTTP_HOST: z.string().default('127.0.0.1'),
  ANSHI_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATABASE_URL: postgresUrl,
  ANSHI_DATABASE_ADMIN_URL: postgresUrl.optional(),
  ANSHI_MQTT_URL: z.url({
    protocol: /^(mqtts?|wss?)$/,
    error: 'must be mqtt://host:port or mqtts://host:port',
  }),
  ANSHI_API_ID: slug.optional(),
  ANSHI_DATA_DIR: z.string().default('.anshi'),
  ANSHI_KEYRING: z.string().optional(),
  ANSHI_CAMERAS: z.string().default('cameras.yaml'),
  ANSHI_TENANT: slug.default('demo'),
  ANSHI_WORKER_TOKEN: secret(16, 'a secret that the workers share'),
  ANSHI_TOKEN_SECRET: secret(32, 'a secret that signs access tokens'),
  ANSHI_TRUST_PROXY: flag.default(false),
  ANSHI_DEMO: flag.default(false),
  ANSHI_DEMO_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  ANSHI_DASHBOARD_DIR: z.string().default('dashboard/build'),
  ANSHI_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

/** What the API process is started with. */
export interface Settings {
  http: { host: string; port: number };
  databaseUrl: string;
  /** The owner of the tables; null where another job runs the migrations. */
  databaseAdminUrl: string | null;
  mqttUrl: string;
  /** This process among the API processes of a site; names its session at the broker. */
  apiId: string;
  dataDir: string;
  /** The file of the key-encryption keys; made at the first start where nobody named one. */
  keyring: { file: string; make: boolean };
  camerasFile: string;
  tenant: string;
  workerToken: string;
  tokenSecret: string;
  /** Whether a reverse proxy in front tells the address of the browser (x-forwarded-for). */
  trustProxy: boolean;
  /** The password of the demo accounts; null where there are none. */
  demo: { password: string } | null;
  dashboardDir: string;
  logLevel: string;
}

/** @throws SettingsError that names every variable that is missing or wrong. */
export function readApiSettings(env: Record<string, string | undefined>): Settings {
  const read = readSettings(schema, env);
  if (read.ANSHI_DEMO && read.ANSHI_DEMO_PASSWORD === undefined) {
    throw new SettingsError([
      '  ANSHI_DEMO_PASSWORD: must be set where ANSHI_DEMO makes demo accounts',
    ]);
  }
  return {
    http: { host: read.ANSHI_HTTP_HOST, port: read.ANSHI_HTTP_PORT },
    databaseUrl: read.DATABASE_URL,
    databaseAdminUrl: read.ANSHI_DATABASE_ADMIN_URL ?? null,
    mqttUrl: read.ANSHI_MQTT_URL,
    apiId: read.ANSHI_API_ID ?? `${hostname().toLowerCase()}-${read.ANSHI_HTTP_PORT}`,
    dataDir: read.ANSHI_DATA_DIR,
    keyring: {
      file: read.ANSHI_KEYRING ?? join(read.ANSHI_DATA_DIR, 'keyring.json'),
      make: read.ANSHI_KEYRING === undefined,
    },
    camerasFile: read.ANSHI_CAMERAS,
    tenant: read.ANSHI_TENANT,
    workerToken: read.ANSHI_WORKER_TOKEN,
    tokenSecret: read.ANSHI_TOKEN_SECRET,
    trustProxy: read.ANSHI_TRUST_PROXY,
    demo:
      read.ANSHI_DEMO && read.ANSHI_DEMO_PASSWORD ? { password: read.ANSHI_DEMO_PASSWORD } : null,
    dashboardDir: read.ANSHI_DASHBOARD_DIR,
    logLevel: read.ANSHI_LOG_LEVEL,
  };
}
