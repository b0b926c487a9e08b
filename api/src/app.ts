import { join } from 'node:path';
import helmet from '@fastify/helmet';
import websocket from '@fastify/websocket';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { authModule } from './modules/auth/routes.ts';
import { createAuthService } from './modules/auth/service.ts';
import { forwardObservations } from './modules/cameras/events.ts';
import { watchCameras } from './modules/cameras/file.ts';
import { followCameras } from './modules/cameras/health.ts';
import { saveSites } from './modules/cameras/repository.ts';
import { camerasModule } from './modules/cameras/routes.ts';
import { createCamerasService } from './modules/cameras/service.ts';
import { takeViolationEvents } from './modules/ingest/events.ts';
import { ingestModule } from './modules/ingest/routes.ts';
import { createIngestService } from './modules/ingest/service.ts';
import { liveModule } from './modules/live/routes.ts';
import { createLiveService } from './modules/live/service.ts';
import { takeLocations } from './modules/locations/events.ts';
import { locationsModule } from './modules/locations/routes.ts';
import { createLocationsService } from './modules/locations/service.ts';
import { takeMachineStates } from './modules/machines/events.ts';
import { machinesModule } from './modules/machines/routes.ts';
import { createMachinesService } from './modules/machines/service.ts';
import { systemModule } from './modules/system/routes.ts';
import { createSystemService } from './modules/system/service.ts';
import { announceViolations } from './modules/violations/events.ts';
import { violationsModule } from './modules/violations/routes.ts';
import { createViolationsService } from './modules/violations/service.ts';
import type { App, Module } from './platform/app-types.ts';
import { guardRoutes } from './platform/auth.ts';
import type { Bus } from './platform/bus.ts';
import { contentPolicy, serveDashboard } from './platform/dashboard.ts';
import type { Database } from './platform/database.ts';
import { openEvidenceFolder } from './platform/evidence-store.ts';
import { LiveEvents } from './platform/live-events.ts';
import { createMetrics } from './platform/metrics.ts';
import { createInbox } from './platform/notices/inbox.ts';
import { showLive } from './platform/notices/live.ts';
import { createNotices } from './platform/notices/notify.ts';
import { noticesModule } from './platform/notices/routes.ts';
import { describeRoutes } from './platform/openapi.ts';
import { answerProblems } from './platform/problems.ts';
import { openKeyring } from './platform/sealed/keyring.ts';
import { createSealed } from './platform/sealed/sealed.ts';
import { createFileCipher } from './platform/sealed/stream.ts';
import type { Settings } from './platform/settings.ts';
import { createUnits } from './platform/unit-of-work.ts';

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
  const app: App = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Ids and digests are in addresses; nothing longer is.
    routerOptions: { maxParamLength: 200 },
    // One proxy: its own entry is the last. Those before it are what the browser claims.
    trustProxy: settings.trustProxy ? (_address, hop) => hop === 0 : false,
    forceCloseConnections: true,
    bodyLimit: 4 * 1024 * 1024,
    // Long enough for the largest clip over a slow line.
    requestTimeout: 300_000,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: reply.statusCode };
    metrics.httpSeconds.observe(labels, reply.elapsedTime / 1000);
    request.log.debug({ ...labels, url: request.url, ms: reply.elapsedTime }, 'answered');
    done();
  });
  // Before the guard: it must know of every request to upgrade, so that it ends those that are refused.
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } });
  // The policy names the host of the request, which helmet's own cannot.
  await app.register(helmet, { contentSecurityPolicy: false, strictTransportSecurity: false });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', contentPolicy(request, []));
  });
  const auth = await guardRoutes(app, {
    database,
    tenant,
    tokenSecret: settings.tokenSecret,
    workerToken,
    demo: settings.demo !== null,
  });
  await describeRoutes(app, packageJson.version);

  const live = new LiveEvents(auth, log, metrics);
  const sealed = createSealed(openKeyring(settings.keyring.file, settings.keyring));
  const store = openEvidenceFolder(
    join(settings.dataDir, 'evidence'),
    createFileCipher({ database, sealed }),
  );
  const heard = { bus, live, metrics, log, tenant };

  const units = createUnits({
    database,
    onError: (error) => log.error({ err: error }, 'work after a commit failed'),
  });
  const liveNotices = showLive({ database, bus, live, apiId, tenant });
  const notices = createNotices(liveNotices);

  const configuration = await watchCameras(settings.camerasFile, log, ({ sites }) => {
    database
      .transaction({ tenant, user: null }, (tx) => saveSites(tx, tenant, sites))
      .catch((error: unknown) => log.warn({ err: error }, 'the sites are not on record yet'));
  });
  const states = followCameras(heard);
  const cameras = createCamerasService(configuration, states);
  const events = announceViolations({ bus, live, apiId, tenant });
  const violations = createViolationsService({ database, store, events });
  const ingest = createIngestService({ database, store, cameras, events, metrics, tenant });
  const locations = createLocationsService({ database, metrics, log, tenant });
  const machines = createMachinesService({ database, log, tenant });
  const liveViews = createLiveService({ cameras, states, workerToken });
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
  });

  const modules: Module[] = [
    authModule(createAuthService(auth)),
    violationsModule(violations, store),
    camerasModule(cameras),
    liveModule(liveViews),
    ingestModule(ingest),
    locationsModule(locations),
    machinesModule(machines),
    systemModule(system),
    noticesModule({ inbox: createInbox({ database, live: liveNotices }), notices, units }),
  ];
  for (const module of modules) module.register(app);

  takeViolationEvents({ ...heard, service: ingest });
  takeLocations({ ...heard, service: locations });
  takeMachineStates({ ...heard, service: machines });
  forwardObservations(heard);

  app.get(
    '/api/v1/live-events',
    // Browsers cannot send a header here: the first message signs in.
    { websocket: true, config: { public: true }, schema: { hide: true } },
    (socket) => live.accept(socket),
  );
  await serveDashboard(app, settings.dashboardDir);

  app.addHook('preClose', async () => live.close());
  app.addHook('onClose', async () => {
    configuration.close();
    machines.close();
    await locations.close().catch((error: unknown) => log.error({ err: error }, 'locations lost'));
  });
  return app;
}
