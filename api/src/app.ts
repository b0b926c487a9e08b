import { join } from 'node:path';
import websocket from '@fastify/websocket';
import type { Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { openAccess } from './composition/access.ts';
import { openRecord } from './composition/record.ts';
import { forwardObservations } from './modules/cameras/events.ts';
import { watchCameras } from './modules/cameras/file.ts';
import { followCameras } from './modules/cameras/health.ts';
import { saveSites } from './modules/cameras/repository.ts';
import { camerasModule } from './modules/cameras/routes.ts';
import { createCamerasService } from './modules/cameras/service.ts';
import { permittedLocations } from './modules/consent/gate.ts';
import { consentModule } from './modules/consent/routes.ts';
import { createConsentService } from './modules/consent/service.ts';
import { seedDemoHazards } from './modules/hazards/demo.ts';
import { openHazards } from './modules/hazards/open.ts';
import { applyPresetTypes } from './modules/hazards/preset-types.ts';
import { takeViolationEvents } from './modules/ingest/events.ts';
import { ingestModule } from './modules/ingest/routes.ts';
import { createIngestService } from './modules/ingest/service.ts';
import { keysModule } from './modules/keys/routes.ts';
import { createKeysService } from './modules/keys/service.ts';
import { sealedTables } from './modules/keys/tables.ts';
import { liveModule } from './modules/live/routes.ts';
import { createLiveService } from './modules/live/service.ts';
import { takeLocations } from './modules/locations/events.ts';
import { locationsModule } from './modules/locations/routes.ts';
import { createLocationsService } from './modules/locations/service.ts';
import { takeMachineStates } from './modules/machines/events.ts';
import { machinesModule } from './modules/machines/routes.ts';
import { createMachinesService } from './modules/machines/service.ts';
import { takeLoadedModels } from './modules/models/events.ts';
import { openModels } from './modules/models/open.ts';
import { createBadges } from './modules/people/badges.ts';
import { createPeopleHistory } from './modules/people/history.ts';
import { peopleModule } from './modules/people/routes.ts';
import { createPeopleService } from './modules/people/service.ts';
import { openPrivacy } from './modules/privacy/open.ts';
import { registryModule } from './modules/registry/routes.ts';
import { createRegistryService } from './modules/registry/service.ts';
import { systemModule } from './modules/system/routes.ts';
import { createSystemService } from './modules/system/service.ts';
import { announceViolations } from './modules/violations/events.ts';
import { violationsModule } from './modules/violations/routes.ts';
import { createViolationsService } from './modules/violations/service.ts';
import { followAccounts } from './platform/access/account-events.ts';
import { createAccounts } from './platform/access/accounts.ts';
import { guardRoutes } from './platform/access/auth.ts';
import { countUnauditedWrites } from './platform/audit/coverage.ts';
import { createViews } from './platform/audit/views.ts';
import { backupsModule } from './platform/backup/routes.ts';
import { scheduleBackups } from './platform/backup/schedule.ts';
import type { Bus } from './platform/bus.ts';
import { calendarModule } from './platform/calendar/routes.ts';
import { checkManifests } from './platform/check-manifests.ts';
import type { Database } from './platform/db/database.ts';
import { createDictionaries } from './platform/features/dictionaries.ts';
import { guardFeatures, registerModules } from './platform/features/guard.ts';
import { featuresModule } from './platform/features/routes.ts';
import { createFeaturesService } from './platform/features/service.ts';
import { createFeatures } from './platform/features/state.ts';
import { filesModule } from './platform/files/module.ts';
import { openClamav } from './platform/files/scanner.ts';
import type { App, Module } from './platform/http/app-types.ts';
import { serveDashboard } from './platform/http/dashboard.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { describeRoutes } from './platform/http/openapi.ts';
import { setSecurityHeaders } from './platform/http/security-headers.ts';
import { cutSlowBodies } from './platform/http/slow-bodies.ts';
import { createJobs } from './platform/jobs/jobs.ts';
import { LiveEvents } from './platform/live/live-events.ts';
import { createMetrics } from './platform/metrics.ts';
import { openKeyring } from './platform/sealed/keyring.ts';
import { createRotation } from './platform/sealed/rotation.ts';
import { createSealed } from './platform/sealed/sealed.ts';
import { createFileCipher } from './platform/sealed/stream.ts';
import type { Settings } from './platform/settings.ts';
import { openStore, type StoreName } from './platform/store/open.ts';
import { createWorkflowEditor } from './platform/workflow/editor.ts';
import { createWorkflows } from './platform/workflow/engine.ts';
import { REMINDERS, scheduleReminders } from './platform/workflow/job.ts';
import { workflowsModule } from './platform/workflow/routes.ts';

/** What a person's program sends is small: it is here within this time, or the line is dead. */
const SLOW_BODY_MS = 30_000;

/** What the API stands on. Whoever opened it closes it. */
export interface AppParts {
  settings: Settings;
  log: Logger;
  database: Database;
  bus: Bus;
}

/** Puts the API together; it listens when the caller says so. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { settings, log, database, bus } = parts;
  const { tenant, apiId, workerToken } = settings;
  const metrics = createMetrics();
  const app = createHttpServer({ settings, log, metrics });
  const writes = countUnauditedWrites(app, metrics);
  // Before the guard: it must know of every request to upgrade, so that it ends those that are refused.
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } });
  await setSecurityHeaders(app);
  cutSlowBodies(app, SLOW_BODY_MS);
  const accountEvents = followAccounts(settings.databaseUrl || null, log);
  const accounts = createAccounts({
    database,
    events: accountEvents,
    demo: settings.demo !== null,
  });
  const auth = await guardRoutes(app, {
    accounts,
    tenant,
    tokenSecret: settings.tokenSecret,
    workerToken,
    accessMinutes: settings.session.accessMinutes,
  });
  await describeRoutes(app, packageJson.version);

  const live = new LiveEvents(auth, log, metrics, accountEvents);
  const features = createFeatures({ database, tenant, events: accountEvents, log });
  guardFeatures(app, features);
  live.gate(features);
  const keyring = openKeyring(settings.keyring.file, settings.keyring);
  const sealed = createSealed(keyring);
  const openSealed = (name: StoreName) =>
    openStore(name, settings, createFileCipher({ database, sealed, store: name }));
  const store = openSealed('evidence');
  const heard = { bus, live, metrics, log, tenant };

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
  const uploaded = filesModule({
    database,
    units,
    tenant,
    log,
    store: openSealed('files'),
    scanner: settings.clamav === null ? null : openClamav(settings.clamav),
    folder: join(settings.dataDir, 'uploads'),
    zone: settings.timeZone,
  });
  const configuration = await watchCameras(settings.camerasFile, log, ({ sites }) => {
    database
      .transaction({ tenant, user: null }, (tx) => saveSites(tx, tenant, sites))
      .catch((error: unknown) => log.warn({ err: error }, 'the sites are not on record yet'));
  });
  const states = followCameras(heard);
  const cameras = createCamerasService(configuration, states);
  const events = announceViolations({ bus, live, apiId, tenant });
  const violations = createViolationsService({
    database,
    units,
    store,
    events,
    views: createViews(units),
  });
  const ingest = createIngestService({ database, units, store, cameras, events, metrics, tenant });
  const locations = createLocationsService({
    database,
    metrics,
    log,
    tenant,
    permitted: permittedLocations,
  });
  const machines = createMachinesService({ database, log, tenant });
  const liveViews = createLiveService({
    cameras,
    states,
    workerToken,
    auth,
    changes: accountEvents,
    isOn: () => features.check('monitoring'),
    onError: (error) => log.warn({ err: error }, 'a live view could not be ended'),
  });
  const system = createSystemService({
    version: packageJson.version,
    demo: settings.demo !== null,
    tenant,
    database,
    bus,
    metrics,
    configuration,
    states,
    violations,
    files: () => uploaded.status(),
  });

  const rotation = createRotation({ database, sealed, tables: sealedTables });
  const keys = createKeysService({ units, rotation, log });

  const workflows = createWorkflows({
    files: uploaded.files,
    notices,
    timeZone: settings.timeZone,
  });
  const jobs = createJobs({ databaseUrl: settings.databaseUrl, tenant, log, metrics });
  await scheduleReminders({
    engine: workflows,
    units,
    log,
    jobs,
    paused: () => features.paused(),
  });
  const access = await openAccess({
    settings,
    auth,
    accounts,
    units,
    features,
    sealed,
    notices,
    jobs,
    events: accountEvents,
  });
  const hazards = openHazards({
    database,
    units,
    workflows,
    live,
    files: uploaded.files,
    notices,
    floorPlanOf: (id) =>
      configuration.file.cameras.find((camera) => camera.id === id)?.floorPlan ?? null,
    timeZone: settings.timeZone,
  });

  const models = await openModels({
    database,
    units,
    workflows,
    jobs,
    store,
    states,
    log,
    tenant,
    files: uploaded.files,
    notices,
    isOn: () => features.check('monitoring'),
    timeZone: settings.timeZone,
  });

  const privacy = openPrivacy({
    units,
    sealed,
    rotation,
    store,
    jobs,
    log,
    transport: {
      // A proxy in front ends it, where it does.
      http: settings.tls !== null || settings.trustProxy,
      mqtt: /^(mqtts|wss):/.test(settings.mqttUrl),
    },
    timeZone: settings.timeZone,
  });
  await privacy.schedule();

  const backups =
    settings.backup && settings.databaseAdminUrl
      ? scheduleBackups({
          database,
          tenant,
          log,
          adminUrl: settings.databaseAdminUrl,
          backup: settings.backup,
          place: settings,
          keyring,
          version: packageJson.version,
        })
      : null;
  if (settings.backup && !backups) {
    log.warn('no daily backup: ANSHI_DATABASE_ADMIN_URL is not set for this process');
  }

  const modules: Module[] = [
    ...access,
    violationsModule(violations, store),
    camerasModule(cameras),
    liveModule(liveViews),
    ingestModule(ingest),
    locationsModule(locations),
    machinesModule(machines),
    systemModule(system, settings.metricsToken),
    keysModule(keys),
    consentModule(createConsentService({ units })),
    registryModule(createRegistryService({ units, sealed })),
    peopleModule({
      people: createPeopleService({ units, sealed }),
      history: createPeopleHistory({ units, sealed }),
      badges: createBadges({ units }),
    }),
    ...privacy.modules,
    uploaded,
    backupsModule(database, backups !== null),
    hazards.module,
    models.module,
    workflowsModule({ editor: createWorkflowEditor(workflows.definitions), units }),
    calendarModule({ units, timeZone: settings.timeZone }),
    ...record.modules,
    featuresModule({
      service: createFeaturesService({
        database,
        units,
        features,
        owners: { 'hazard-type': applyPresetTypes },
      }),
      dictionaries: createDictionaries({ database, units }),
    }),
  ];
  await checkManifests(database, workflows.definitions.subjects());
  registerModules(app, modules, features);

  takeViolationEvents({ ...heard, service: ingest });
  takeLoadedModels({ ...heard, service: models.log });
  takeLocations({ ...heard, service: locations });
  takeMachineStates({ ...heard, service: machines });
  forwardObservations(heard);

  app.get(
    '/api/v1/live-events',
    // Browsers cannot send a header here: the first message signs in.
    { websocket: true, config: { public: true }, schema: { hide: true } },
    (socket, request) => live.accept(socket, request.ip),
  );
  await serveDashboard(app, settings.dashboardDir);
  app.addHook('onListen', async () => uploaded.start());
  if (settings.demo && configuration.file.sites.some(({ id }) => id === 'changzhou-1')) {
    // Beside the first requests: nobody waits for it.
    app.addHook('onListen', async () => {
      seedDemoHazards(hazards.parts, { tenant, accounts, uploaded }).then(
        (made) => made > 0 && log.info({ made }, 'hazards of the demonstration are made'),
        (error: unknown) => log.warn({ err: error }, 'the demonstration has no hazards'),
      );
    });
  }

  app.addHook('onListen', async () => {
    // What was missed while nothing ran does not wait for the next minute.
    jobs
      .start()
      .then(() => jobs.send(null, REMINDERS, {}, { key: 'start' }))
      .catch((error: unknown) => log.warn({ err: error }, 'no reminders yet'));
  });
  app.addHook('preClose', async () => live.close());
  app.addHook('onClose', async () => {
    await jobs.stop();
    await uploaded.close();
    await backups?.close();
    await accountEvents.close();
    await record.close();
    configuration.close();
    machines.close();
    await keys.close();
    await locations.close().catch((error: unknown) => log.error({ err: error }, 'locations lost'));
  });
  return app;
}
