import { hostname } from 'node:os';
import { join } from 'node:path';
import { slug } from '@anshi/contracts';
import { flag, readSettings, SettingsError } from '@anshi/contracts/process';
import {
  type MqttTls,
  readMqttTls,
  readServerTls,
  requireEncryption,
  type ServerTls,
} from '@anshi/contracts/tls';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import type { BackupSettings } from './backup/schedule.ts';
import { type SocketLimits, usualSockets } from './http/socket-limits.ts';
import type { S3Options } from './store/s3.ts';
import { readTurn, type TurnSettings, turnSchema } from './turn-settings.ts';

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
  ANSHI_HTTP_HEADERS_SECONDS: z.coerce.number().min(1).max(60).default(usualSockets.headersSeconds),
  ANSHI_HTTP_REQUEST_SECONDS: z.coerce
    .number()
    .min(60)
    .max(3_600)
    .default(usualSockets.requestSeconds),
  ANSHI_HTTP_CONNECTIONS: z.coerce.number().int().min(100).max(100_000).default(usualSockets.all),
  ANSHI_HTTP_CONNECTIONS_OF_ADDRESS: z.coerce
    .number()
    .int()
    .min(20)
    .max(100_000)
    .default(usualSockets.ofAddress),
  ANSHI_HTTP_UNASKED_OF_ADDRESS: z.coerce
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(usualSockets.unasked),
  ANSHI_DEVICE_TRIES: z.coerce.number().int().min(10).max(100_000).default(120),
  DATABASE_URL: postgresUrl,
  ANSHI_DATABASE_ADMIN_URL: postgresUrl.optional(),
  ANSHI_MQTT_URL: z.url({
    protocol: /^(mqtts?|wss?)$/,
    error: 'must be mqtt://host:port or mqtts://host:port',
  }),
  ANSHI_API_ID: slug.optional(),
  ANSHI_DATA_DIR: z.string().default('.anshi'),
  ANSHI_DATABASE_DIR: z.string().min(1).optional(),
  ANSHI_KEYRING: z.string().optional(),
  ANSHI_CLAMAV: z.string().min(1).optional(),
  ANSHI_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  ANSHI_S3_BUCKET: z.string().min(1).optional(),
  ANSHI_S3_REGION: z.string().default('us-east-1'),
  ANSHI_S3_ACCESS_KEY: z.string().min(1).optional(),
  ANSHI_S3_SECRET_KEY: z.string().min(1).optional(),
  ANSHI_S3_PATH_STYLE: flag.default(true),
  ANSHI_BACKUP_DIR: z.string().min(1).optional(),
  ANSHI_BACKUP_KEEP: z.coerce.number().int().min(1).max(1000).default(14),
  ANSHI_BACKUP_RECIPIENT: z.string().startsWith('age1', 'must be a public key of age').optional(),
  ANSHI_BACKUP_PASSPHRASE_FILE: z.string().min(1).optional(),
  ANSHI_CAMERAS: z.string().default('cameras.yaml'),
  ANSHI_CAMERAS_FROM: z.enum(['database', 'file']).default('database'),
  ANSHI_TENANT: slug.default('demo'),
  ANSHI_TIME_ZONE: z
    .string()
    .refine(IANAZone.isValidZone, 'must be a time zone such as Asia/Shanghai')
    .default('Asia/Shanghai'),
  ANSHI_WORKER_TOKEN: secret(16, 'the token that workers enrol with').optional(),
  ANSHI_BUS_SECRET: secret(32, 'a secret that the keys of the workers follow from'),
  ANSHI_TOKEN_SECRET: secret(32, 'a secret that signs access tokens'),
  ANSHI_ACCESS_MINUTES: z.coerce.number().int().min(1).max(720).default(15),
  ANSHI_SESSION_IDLE_HOURS: z.coerce.number().min(0.1).max(720).default(12),
  ANSHI_SESSION_DAYS: z.coerce.number().min(0.1).max(365).default(30),
  ANSHI_TRUST_PROXY: flag.default(false),
  ANSHI_INSECURE_HTTP: flag.default(false),
  ANSHI_DEMO: flag.default(false),
  ANSHI_DEMO_RECORDS: flag.default(false),
  ANSHI_DEMO_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  ANSHI_DASHBOARD_DIR: z.string().default('dashboard/build'),
  ANSHI_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://anshi.example' })
    .optional(),
  ANSHI_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be smtps://user:password@host:port' })
    .optional(),
  ANSHI_MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must be a mail address, a name before it or not')
    .optional(),
  ANSHI_PUSH_HOSTS: z.string().default(''),
  ANSHI_WEBHOOK_ALLOW: z.string().default(''),
  ...turnSchema,
  ANSHI_METRICS_TOKEN: secret(16, 'a secret that the metrics are read with').optional(),
  ANSHI_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

/** Notice channels. */
export interface NoticeSettings {
  /** `smtp://` or `smtps://user:password@host:port`; null where there is no mail server. */
  smtpUrl: string | null;
  /** The sender of mails. */
  from: string | null;
  /** Where people reach the app, for links in mails and groups. */
  publicUrl: string | null;
  /** Push services beside the common browsers'. */
  pushHosts: string[];
}

export type S3Settings = Omit<S3Options, 'prefix' | 'incoming'>;

/** Start parameters of the API process. */
export interface Settings {
  http: { host: string; port: number };
  sockets: SocketLimits;
  /** Wrong tries a minute that devices of one address have. */
  deviceTries: number;
  databaseUrl: string;
  /** The owner of the tables; null where another job runs the migrations. */
  databaseAdminUrl: string | null;
  mqttUrl: string;
  /** Id of this process among a site's API processes; names its session at the broker. */
  apiId: string;
  dataDir: string;
  /** The folder of a database on this machine, whose disk is watched; null for one elsewhere. */
  databaseDir: string | null;
  /** The certificate of the HTTP server; null without TLS. */
  tls: ServerTls | null;
  /** TLS client settings for the broker. */
  mqttTls: MqttTls;
  /** The file of the key-encryption keys; created at the first start unless configured. */
  keyring: { file: string; make: boolean };
  /** The malware scanner, `host:port` or the path of its socket; null without one. */
  clamav: string | null;
  /** Storage of files and evidence; null for a folder in {@link dataDir}. */
  s3: S3Settings | null;
  /** The daily backup; null for none. */
  backup: BackupSettings | null;
  camerasFile: string;
  /**
   * What holds the cameras: the database, which the file seeds, or the file alone, which is then
   * followed and cannot be changed here.
   */
  camerasFrom: 'database' | 'file';
  tenant: string;
  /** Time zone of days and working hours, such as Asia/Shanghai. */
  timeZone: string;
  /** With it workers enrol, until each has its own credential; null where none enrols. */
  workerToken: string | null;
  tokenSecret: string;
  /** The key that each worker shares with the API follows from it. */
  busSecret: string;
  /** Lifetime of an access token, an idle session and any session. */
  session: { accessMinutes: number; idleHours: number; days: number };
  /** Whether a reverse proxy reports the client's address (x-forwarded-for). */
  trustProxy: boolean;
  notices: NoticeSettings;
  /** For live pictures through routers and firewalls; null without any. */
  turn: TurnSettings | null;
  /** Allowed internal hosts, addresses and networks for webhooks. */
  webhookAllow: string[];
  /**
   * The password of the demo accounts, and whether a confirmed violation of one of its people is added; null for none.
   */
  demo: { password: string; records?: boolean } | null;
  dashboardDir: string;
  /** Opens /metrics to other machines; null for local access only. */
  metricsToken: string | null;
  logLevel: string;
}

/** @throws SettingsError with every missing or invalid variable. */
export function readApiSettings(env: Record<string, string | undefined>): Settings {
  const read = readSettings(schema, env);
  if (read.ANSHI_DEMO && read.ANSHI_DEMO_PASSWORD === undefined) {
    throw new SettingsError([
      '  ANSHI_DEMO_PASSWORD: must be set where ANSHI_DEMO makes demo accounts',
    ]);
  }
  if ((read.ANSHI_SMTP_URL === undefined) !== (read.ANSHI_MAIL_FROM === undefined)) {
    throw new SettingsError(['  ANSHI_SMTP_URL and ANSHI_MAIL_FROM: set both, or neither']);
  }
  const tls = readServerTls(env, {
    cert: 'ANSHI_TLS_CERT',
    key: 'ANSHI_TLS_KEY',
    clientCa: 'ANSHI_TLS_CLIENT_CA',
  });
  requireEncryption({
    host: read.ANSHI_HTTP_HOST,
    tls: tls !== null,
    trustProxy: read.ANSHI_TRUST_PROXY,
    insecure: read.ANSHI_INSECURE_HTTP,
  });
  return {
    http: { host: read.ANSHI_HTTP_HOST, port: read.ANSHI_HTTP_PORT },
    sockets: {
      headersSeconds: read.ANSHI_HTTP_HEADERS_SECONDS,
      requestSeconds: read.ANSHI_HTTP_REQUEST_SECONDS,
      unasked: read.ANSHI_HTTP_UNASKED_OF_ADDRESS,
      ofAddress: read.ANSHI_HTTP_CONNECTIONS_OF_ADDRESS,
      all: read.ANSHI_HTTP_CONNECTIONS,
    },
    deviceTries: read.ANSHI_DEVICE_TRIES,
    databaseUrl: read.DATABASE_URL,
    databaseAdminUrl: read.ANSHI_DATABASE_ADMIN_URL ?? null,
    mqttUrl: read.ANSHI_MQTT_URL,
    apiId: read.ANSHI_API_ID ?? `${hostname().toLowerCase()}-${read.ANSHI_HTTP_PORT}`,
    dataDir: read.ANSHI_DATA_DIR,
    databaseDir: read.ANSHI_DATABASE_DIR ?? null,
    tls,
    mqttTls: readMqttTls(env),
    keyring: {
      file: read.ANSHI_KEYRING ?? join(read.ANSHI_DATA_DIR, 'keyring.json'),
      make: read.ANSHI_KEYRING === undefined,
    },
    clamav: read.ANSHI_CLAMAV ?? null,
    s3: readS3(read),
    backup: readBackup(read),
    camerasFile: read.ANSHI_CAMERAS,
    camerasFrom: read.ANSHI_CAMERAS_FROM,
    tenant: read.ANSHI_TENANT,
    timeZone: read.ANSHI_TIME_ZONE,
    workerToken: read.ANSHI_WORKER_TOKEN ?? null,
    tokenSecret: read.ANSHI_TOKEN_SECRET,
    busSecret: read.ANSHI_BUS_SECRET,
    session: {
      accessMinutes: read.ANSHI_ACCESS_MINUTES,
      idleHours: read.ANSHI_SESSION_IDLE_HOURS,
      days: read.ANSHI_SESSION_DAYS,
    },
    trustProxy: read.ANSHI_TRUST_PROXY,
    notices: {
      smtpUrl: read.ANSHI_SMTP_URL ?? null,
      from: read.ANSHI_MAIL_FROM ?? null,
      publicUrl: read.ANSHI_PUBLIC_URL ?? null,
      pushHosts: read.ANSHI_PUSH_HOSTS.split(',')
        .map((host) => host.trim())
        .filter(Boolean),
    },
    turn: readTurn(read),
    webhookAllow: read.ANSHI_WEBHOOK_ALLOW.split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
    demo:
      read.ANSHI_DEMO && read.ANSHI_DEMO_PASSWORD
        ? { password: read.ANSHI_DEMO_PASSWORD, records: read.ANSHI_DEMO_RECORDS }
        : null,
    dashboardDir: read.ANSHI_DASHBOARD_DIR,
    metricsToken: read.ANSHI_METRICS_TOKEN ?? null,
    logLevel: read.ANSHI_LOG_LEVEL,
  };
}

function readS3(
  read: Pick<z.infer<typeof schema>, `ANSHI_S3_${string}` & keyof z.infer<typeof schema>>,
): S3Settings | null {
  const endpoint = read.ANSHI_S3_ENDPOINT;
  if (endpoint === undefined) return null;
  const names = ['ANSHI_S3_BUCKET', 'ANSHI_S3_ACCESS_KEY', 'ANSHI_S3_SECRET_KEY'] as const;
  const [bucket, accessKey, secretKey] = names.map((name) => read[name]);
  if (!bucket || !accessKey || !secretKey) {
    throw new SettingsError(
      names
        .filter((name) => read[name] === undefined)
        .map((name) => `  ${name}: must be set where ANSHI_S3_ENDPOINT is`),
    );
  }
  const region = read.ANSHI_S3_REGION;
  return { endpoint, bucket, region, accessKey, secretKey, pathStyle: read.ANSHI_S3_PATH_STYLE };
}

const placeSchema = schema.pick({
  ANSHI_DATA_DIR: true,
  ANSHI_S3_ENDPOINT: true,
  ANSHI_S3_BUCKET: true,
  ANSHI_S3_REGION: true,
  ANSHI_S3_ACCESS_KEY: true,
  ANSHI_S3_SECRET_KEY: true,
  ANSHI_S3_PATH_STYLE: true,
});

/** Storage of evidence and files, for command-line tools. @throws SettingsError */
export function readPlace(
  env: Record<string, string | undefined>,
): Pick<Settings, 'dataDir' | 's3'> {
  const read = readSettings(placeSchema, env);
  return { dataDir: read.ANSHI_DATA_DIR, s3: readS3(read) };
}

function readBackup(read: z.infer<typeof schema>): BackupSettings | null {
  const folder = read.ANSHI_BACKUP_DIR;
  if (folder === undefined) return null;
  const recipient = read.ANSHI_BACKUP_RECIPIENT;
  const passphraseFile = read.ANSHI_BACKUP_PASSPHRASE_FILE;
  if (!recipient && !passphraseFile) {
    throw new SettingsError([
      '  ANSHI_BACKUP_RECIPIENT: must be set where ANSHI_BACKUP_DIR is (or ANSHI_BACKUP_PASSPHRASE_FILE): backups are encrypted',
    ]);
  }
  const keys = { recipients: recipient ? [recipient] : [], passphraseFile };
  return { folder, keep: read.ANSHI_BACKUP_KEEP, keys };
}
