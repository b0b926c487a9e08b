import { setTimeout as sleep } from 'node:timers/promises';
import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { logDestination } from '@anshi/contracts/log';
import { packPacketLengths } from '@anshi/contracts/packet-lengths';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown } from '@anshi/contracts/process';
import { startTracing, traceFields } from '@anshi/contracts/tracing';
import pino, { type Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { buildApp } from './app.ts';
import { seedDemo, seedTenant } from './modules/seeds.ts';
import { securityReport } from './modules/system/security-facts.ts';
import { accountFacts } from './modules/users/account-facts.ts';
import { refuseUnfinishedRestore } from './platform/backup/journal.ts';
import { connectBus } from './platform/bus.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import { isDatabaseUnavailable, noRoomOf } from './platform/db/database-errors.ts';
import { checkDatabase, migrate } from './platform/db/migrate.ts';
import { openKeyring } from './platform/sealed/keyring.ts';
import { createSealed } from './platform/sealed/sealed.ts';
import { readApiSettings, type Settings } from './platform/settings.ts';

/** How long the start waits for a database that is starting too. */
const DATABASE_WITHIN_MS = 60_000;

async function main(): Promise<void> {
  keepFilesPrivate();
  letHeapGrow();
  packPacketLengths();
  const settings = readApiSettings(process.env);
  const options = { name: 'api', level: settings.logLevel, mixin: traceFields };
  const log = pino(options, logDestination());
  const tracing = await startTracing(
    process.env,
    { service: 'anshi-api', instance: settings.apiId, version: packageJson.version },
    (why) => log.warn({ why }, 'the trace receiver does not accept traces'),
  );
  const closing: (() => Promise<unknown>)[] = [() => tracing.close()];
  onShutdown(async (why) => {
    log.info({ why }, 'stopping');
    for (const close of closing.reverse()) await close();
  });

  await refuseUnfinishedRestore(settings.dataDir);
  await prepareDatabase(settings, log);
  const database = openDatabase(settings.databaseUrl, {
    onError: (error) => log.debug({ why: error.message }, 'a database connection was lost'),
  });
  closing.push(() => database.close());
  await seed(settings, database).catch((error: unknown) => {
    // What an earlier start has seeded can be read; the next start seeds the rest.
    if (!noRoomOf(error)) throw error;
    log.error({ err: error }, 'there is no room to seed; the API starts with what is there');
  });

  const bus = connectBus(settings.mqttUrl, `api-${settings.apiId}`, log, settings.mqttTls);
  closing.push(() => bus.close());
  const app = await buildApp({ settings, log, database, bus });
  closing.push(() => app.close());
  const url = await listen(app, settings);
  log.info({ url }, 'ready');
  const findings = await securityReport({ settings, database, accounts: accountFacts });
  const open = findings.filter(({ state }) => state !== 'ok');
  for (const { id, state, text } of open) log.warn({ id, state }, text.en);
  announceReady({
    url,
    // For the person who started it, see tools/plant.
    security: JSON.stringify(open.map(({ state, text }) => `${state}: ${text.en}`)),
  });
}

async function seed({ tenant, demo, keyring }: Settings, database: Database): Promise<void> {
  await seedTenant(database, tenant);
  if (!demo) return;
  const sealed = createSealed(openKeyring(keyring.file, keyring));
  await seedDemo({ database, sealed, tenant, password: demo.password });
}

async function prepareDatabase(settings: Settings, log: Logger): Promise<void> {
  const { databaseAdminUrl, databaseUrl, tenant } = settings;
  const deadline = Date.now() + DATABASE_WITHIN_MS;
  for (;;) {
    try {
      if (databaseAdminUrl) {
        const name = { zh: tenant, en: tenant };
        const applied = await migrate(databaseAdminUrl, databaseUrl, { id: tenant, name });
        if (applied.length > 0) log.info({ applied }, 'migrations applied');
      }
      return await checkDatabase(databaseUrl);
    } catch (error) {
      if (!isDatabaseUnavailable(error) || Date.now() > deadline) throw error;
      log.warn({ why: (error as Error).message }, 'the database is not ready yet');
      await sleep(1_000);
    }
  }
}

async function listen(
  app: Awaited<ReturnType<typeof buildApp>>,
  { http }: Settings,
): Promise<string> {
  try {
    return await app.listen({ host: http.host, port: http.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Error(
        `port ${http.port} of ${http.host} is taken by another program: stop it, or set ANSHI_HTTP_PORT to another port`,
      );
    }
    if (code === 'EACCES') {
      throw new Error(
        `this user may not listen on port ${http.port}: set ANSHI_HTTP_PORT to 1024 or higher`,
      );
    }
    throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
