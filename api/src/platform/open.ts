import { join } from 'node:path';
import { actuatorBusKey } from '@anshi/contracts/bus-signature';
import websocket from '@fastify/websocket';
import type { Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import { dictionaryOwners } from '../modules/seeds.ts';
import { followAccounts } from './access/account-events.ts';
import { createAccounts } from './access/accounts.ts';
import { guardRoutes } from './access/auth.ts';
import { createDeviceGate } from './access/devices.ts';
import { countUnauditedWrites } from './audit/coverage.ts';
import { backupsModule } from './backup/routes.ts';
import { scheduleBackups } from './backup/schedule.ts';
import type { Bus } from './bus.ts';
import { openBusRefusals } from './bus-refusals/refusals.ts';
import { busRefusalsModule } from './bus-refusals/routes.ts';
import { createBusSigner } from './bus-signer.ts';
import { BusUserFolder } from './bus-users/folder.ts';
import { calendarModule } from './calendar/routes.ts';
import { openCommands } from './commands/open.ts';
import { openConsumers } from './consumers/open.ts';
import type { Database } from './db/database.ts';
import { isDatabaseUnavailable } from './db/database-errors.ts';
import { refuseChangesWithoutRoom } from './disks/gate.ts';
import { watchDisks } from './disks/watch.ts';
import { createDocuments } from './documents/documents.ts';
import { documentsModule } from './documents/routes.ts';
import { createDictionaries } from './features/dictionaries.ts';
import { guardFeatures } from './features/guard.ts';
import { featuresModule } from './features/routes.ts';
import { createFeaturesService } from './features/service.ts';
import { createFeatures } from './features/state.ts';
import { filesModule } from './files/module.ts';
import { openClamav } from './files/scanner.ts';
import type { App, Module } from './http/app-types.ts';
import { createHttpServer } from './http/http-server.ts';
import { describeRoutes } from './http/openapi.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { cutSlowBodies } from './http/slow-bodies.ts';
import { openImports } from './imports/open.ts';
import { createJobs } from './jobs/jobs.ts';
import { LiveEvents } from './live/live-events.ts';
import { createMetrics } from './metrics.ts';
import { createServices, type Platform } from './module.ts';
import { createObligations } from './obligations/open.ts';
import { openRecord } from './record.ts';
import { rulesModule } from './rules/routes.ts';
import { createRules } from './rules/service.ts';
import { type Keyring, openKeyring } from './sealed/keyring.ts';
import { createSealed } from './sealed/sealed.ts';
import { createFileCipher } from './sealed/stream.ts';
import type { Settings } from './settings.ts';
import { openStore, type StoreName } from './store/open.ts';
import { settingKeys } from './user-settings/keys.ts';
import { userSettingsModule } from './user-settings/routes.ts';
import { createUserSettings } from './user-settings/service.ts';
import { createWorkflowEditor } from './workflow/editor.ts';
import { createWorkflows } from './workflow/engine.ts';
import { REMINDERS, scheduleReminders } from './workflow/job.ts';
import { workflowsModule } from './workflow/routes.ts';
import { createTasks } from './workflow/tasks.ts';
import { pushTasks } from './workflow/tasks-live.ts';
import { tasksModule } from './workflow/tasks-routes.ts';

/** Timeout of a request body from a user's client, which is small. */
const SLOW_BODY_MS = 30_000;

/** The platform of the API. The caller that opened it closes it. */
export interface AppParts {
  settings: Settings;
  log: Logger;
  database: Database;
  bus: Bus;
}

export interface OpenPlatform {
  app: App;
  platform: Platform;
  /** The routes of the platform's own parts. */
  modules: Module[];
  /** Records the start positions of consumers, once the modules are open. */
  ready(): Promise<void>;
  /** Starts jobs and consumers and resumes uploads, once the server listens. */
  start(): void;
  /** Stops jobs and consumers, before their modules are closed. */
  stopJobs(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the platform services, and the HTTP server with its guards. */
export async function openPlatform(parts: AppParts): Promise<OpenPlatform> {
  const { settings, log, database, bus } = parts;
  const { tenant, timeZone } = settings;
  const { version } = packageJson;
  const metrics = createMetrics();
  const app = createHttpServer({ settings, log, metrics });
  const writes = countUnauditedWrites(app, metrics);
  // Before the guard: it must see every upgrade request, to close refused ones.
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } });
  await setSecurityHeaders(app);
  cutSlowBodies(app, SLOW_BODY_MS);
  const accountEvents = followAccounts(settings.databaseUrl || null, log);
  const accounts = createAccounts({
    database,
    events: accountEvents,
    demo: settings.demo !== null,
  });
  const devices = createDeviceGate();
  const auth = await guardRoutes(app, {
    accounts,
    tenant,
    tokenSecret: settings.tokenSecret,
    devices,
    accessMinutes: settings.session.accessMinutes,
  });
  await describeRoutes(app, version);
  const { dataDir } = settings;
  const stored = (name: string) => (settings.s3 ? null : join(dataDir, name));
  const disks = watchDisks({
    folders: {
      logs: join(dataDir, 'logs'),
      evidence: stored('evidence'),
      files: stored('files'),
      uploads: join(dataDir, 'uploads'),
      database: settings.databaseDir,
      backups: settings.backup?.folder ?? null,
    },
    metrics,
    log,
  });
  refuseChangesWithoutRoom(app, disks);

  const live = new LiveEvents(auth, log, metrics, accountEvents);
  const features = createFeatures({ database, tenant, events: accountEvents, log });
  guardFeatures(app, features);
  live.gate(features);
  const keyring = openKeyring(settings.keyring.file, settings.keyring);
  const sealed = createSealed(keyring);
  const openSealed = (name: StoreName) =>
    openStore(name, settings, createFileCipher({ database, sealed, store: name }));
  const evidence = openSealed('evidence');
  const record = openRecord({
    settings,
    log,
    database,
    bus,
    live,
    sealed,
    onAudit: (caller) => writes.noted(caller),
  });
  const { units, notices } = record;
  const busUsers = new BusUserFolder(join(settings.dataDir, 'bus-users'));
  const busRefusals = openBusRefusals({
    bus,
    users: busUsers,
    units,
    notices,
    metrics,
    log,
    tenant,
  });
  const uploads = filesModule({
    database,
    units,
    tenant,
    log,
    store: openSealed('files'),
    scanner: settings.clamav === null ? null : openClamav(settings.clamav),
    folder: join(settings.dataDir, 'uploads'),
    disks,
    zone: timeZone,
  });
  const workflows = createWorkflows({ files: uploads.files, notices, timeZone });
  pushTasks(workflows, live);
  const jobs = createJobs({ databaseUrl: settings.databaseUrl, tenant, log, metrics });
  await scheduleReminders({
    engine: workflows,
    units,
    log,
    jobs,
    paused: () => features.paused(),
  });
  const consumers = openConsumers({ database, units, notices, features, metrics, tenant, log });
  record.onEvents((types) => consumers.nudge(types));
  const backups = openBackups(parts, keyring, version);
  const actuatorSigner = createBusSigner(settings.busSecret, tenant, actuatorBusKey);
  const commands = openCommands({
    settings,
    database,
    units,
    bus,
    actuatorSigner,
    busRefusals,
    live,
    notices,
    metrics,
    features,
    log,
  });
  const { publicUrl } = settings.notices;
  const documents = createDocuments({ database, tenant, publicUrl });
  const rules = createRules({ units, timeZone });
  const obligations = createObligations({
    units,
    notices,
    rules,
    features,
    files: uploads.files,
    timeZone,
    publicUrl,
    tenant,
    accounts,
    log,
  });
  await obligations.schedule(jobs, consumers);
  const imports = await openImports({
    units,
    database,
    uploads,
    jobs,
    accounts,
    tenant,
    apiId: settings.apiId,
    timeZone,
    sealed,
    log,
  });
  const platform: Platform = {
    settings,
    version,
    log,
    metrics,
    database,
    disks,
    documents,
    rules,
    obligations,
    units,
    bus,
    busUsers,
    busSigner: createBusSigner(settings.busSecret, tenant),
    actuatorSigner,
    busRefusals,
    live,
    auth,
    devices,
    accounts,
    accountEvents,
    features,
    sealed,
    evidence,
    uploads,
    imports: imports.kinds,
    notices,
    jobs,
    workflows,
    commands,
    services: createServices(),
    onEvents: record.onEvents,
    consumers,
  };
  return {
    app,
    platform,
    modules: [
      uploads,
      backupsModule(database, backups !== null),
      workflowsModule({ editor: createWorkflowEditor(workflows.definitions), units }),
      tasksModule(createTasks({ database, engine: workflows, paused: () => features.paused() })),
      calendarModule({ units, timeZone }),
      rulesModule(rules),
      userSettingsModule(createUserSettings({ units, keys: settingKeys })),
      obligations.module,
      imports.module,
      ...record.modules,
      consumers.module,
      documentsModule(documents),
      commands.module,
      busRefusalsModule({ database, users: busUsers }),
      featuresModule({
        service: createFeaturesService({
          database,
          units,
          features,
          owners: dictionaryOwners,
        }),
        dictionaries: createDictionaries({ database, units }),
      }),
    ],
    async ready() {
      await consumers.register().catch((error: unknown) => {
        // The API starts without its database, and connects later.
        if (!isDatabaseUnavailable(error)) throw error;
      });
    },
    start() {
      disks.start();
      consumers.start();
      commands.start();
      uploads.start();
      // Reminders missed while nothing ran do not wait for the next minute.
      jobs
        .start()
        .then(() => jobs.send(null, REMINDERS, {}, { key: 'start' }))
        .catch((error: unknown) => log.warn({ err: error }, 'no reminders yet'));
    },
    async stopJobs() {
      await Promise.all([jobs.stop(), consumers.close(), commands.close()]);
    },
    async close() {
      disks.close();
      await uploads.close();
      await backups?.close();
      await accountEvents.close();
      await busRefusals.close();
      await record.close();
    },
  };
}

/** The daily backup; null where this process makes none. */
function openBackups({ settings, log, database }: AppParts, keyring: Keyring, version: string) {
  const { backup, databaseAdminUrl, tenant } = settings;
  if (!backup) return null;
  if (!databaseAdminUrl) {
    log.warn('no daily backup: ANSHI_DATABASE_ADMIN_URL is not set for this process');
    return null;
  }
  return scheduleBackups({
    database,
    tenant,
    log,
    adminUrl: databaseAdminUrl,
    backup,
    place: settings,
    keyring,
    version,
  });
}
