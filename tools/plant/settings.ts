import { CAMERA_VARIABLE_PREFIX } from '@anshi/contracts';
import { readSettings, SettingsError } from '@anshi/contracts/process';
import { isLoopback, requireEncryption } from '@anshi/contracts/tls';
import { z } from 'zod';
import { baseSettings } from './base-settings.ts';
import { partSettings } from './part-settings.ts';
import { secretSettings } from './secret-settings.ts';
import { serviceSettings } from './service-settings.ts';

/**
 * Every environment variable that the processes read, in the order of the README's table. The table
 * is checked against this list by a test, and `npm start` checks the values before it starts
 * anything.
 */
export const settings = {
  ...baseSettings,
  ...secretSettings,
  ...serviceSettings,
  ...partSettings,
};

type Shape = { [Name in keyof typeof settings]: (typeof settings)[Name]['schema'] };
const schema = z.object(
  Object.fromEntries(Object.entries(settings).map(([name, { schema: s }]) => [name, s])) as Shape,
);
export type Settings = z.infer<typeof schema>;

/** Names that commands and tests read, beside the {@link settings} of the processes. */
const others = new Set([
  'ANSHI_CHROMIUM',
  // Set by the start and by compose, not by people.
  'ANSHI_DEMO_RECORDS',
  'ANSHI_SIM_UNSIGNED_RUN',
  'ANSHI_SHARED',
  'ANSHI_NEW_PASSWORD',
  'ANSHI_SUPERUSER_PASSWORD',
  'ANSHI_SUPERUSER_URL',
  'ANSHI_TEST_LOG',
  'ANSHI_TRACE',
]);

/** Variables that look like settings and are none: most likely misspelled ones. */
export function unknownSettings(env: Record<string, string | undefined>): string[] {
  return Object.keys(env).filter(
    (name) =>
      name.startsWith('ANSHI_') &&
      !name.startsWith(CAMERA_VARIABLE_PREFIX) &&
      !(name in settings) &&
      !others.has(name),
  );
}

/**
 * Reads and checks every setting.
 *
 * @throws SettingsError that names each variable that is wrong, and those that a database of the
 *   user's own, or an address on the network, asks for.
 */
export function readPlantSettings(env: Record<string, string | undefined>): Settings {
  const read = readSettings(schema, env);
  if (read.DATABASE_URL !== undefined) {
    const missing = (['ANSHI_TOKEN_SECRET', 'ANSHI_WORKER_TOKEN'] as const).filter(
      (name) => read[name] === undefined,
    );
    if (missing.length > 0) {
      throw new SettingsError(
        missing.map(
          (name) =>
            `  ${name}: must be set where DATABASE_URL names a database of yours (for example by \`openssl rand -hex 32\`)`,
        ),
      );
    }
  }
  const makesDemo = read.DATABASE_URL === undefined && read.ANSHI_DEMO === undefined;
  if (makesDemo && !isLoopback(read.ANSHI_HTTP_HOST)) {
    throw new SettingsError([
      `  ANSHI_DEMO: must be set where ANSHI_HTTP_HOST (${read.ANSHI_HTTP_HOST}) opens the product to the network: 1 makes demo accounts that share a password, 0 makes none`,
    ]);
  }
  requireEncryption({
    host: read.ANSHI_HTTP_HOST,
    tls: read.ANSHI_TLS_CERT !== undefined,
    trustProxy: read.ANSHI_TRUST_PROXY,
    insecure: read.ANSHI_INSECURE_HTTP,
  });
  return read;
}

/** The table of the README. */
export function settingsTable(language: 'zh' | 'en'): string {
  const head =
    language === 'zh'
      ? ['| 环境变量 | 默认值 | 含义 |', '| --- | --- | --- |']
      : ['| variable | default | what for |', '| --- | --- | --- |'];
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.default === '' ? '' : `\`${setting.default}\``} | ${setting[language]} |`,
  );
  return [...head, ...rows].join('\n');
}
