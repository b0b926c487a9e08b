import { maskDeviceSecrets } from '@anshi/contracts/device-secret';
import fastify, { type FastifyBaseLogger, type FastifyServerOptions, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { newId } from '../db/ids.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import type { App } from './app-types.ts';
import { answerProblems, declareRefusedRequests } from './problems.ts';
import { limitSockets, type SocketLimits } from './socket-limits.ts';
import { traceRequests } from './trace-requests.ts';

/**
 * How long a connection may take, in milliseconds. Node.js counts the headers from the beginning of the
 * connection, so that one that sends nothing ends as well.
 */
function timeoutsOf({ headersSeconds, requestSeconds }: SocketLimits) {
  const [headersTimeout, requestTimeout] = [headersSeconds * 1_000, requestSeconds * 1_000];
  return {
    headersTimeout,
    requestTimeout,
    // How often Node.js looks for those that are over.
    connectionsCheckingInterval: Math.min(5_000, Math.ceil(headersTimeout / 3)),
    handshakeTimeout: headersTimeout,
  };
}

/** The server without routes: limits, zod validation, problems, and metrics. */
export function createHttpServer(parts: {
  settings: Pick<Settings, 'tls' | 'trustProxy' | 'sockets'>;
  log: Logger;
  metrics: Metrics;
}): App {
  const { settings, log, metrics } = parts;
  const { sockets } = settings;
  const timeouts = timeoutsOf(sockets);
  const options: FastifyServerOptions = {
    loggerInstance: log as FastifyBaseLogger,
    // Stored in the audit log: unique over all processes.
    genReqId: newId,
    logController: new LogController({ disableRequestLogging: true }),
    // Addresses contain ids and digests at most.
    routerOptions: { maxParamLength: 200 },
    // One proxy: only the last entry is its own. Earlier ones are claimed by the client.
    trustProxy: settings.trustProxy ? (_address, hop) => hop === 0 : false,
    forceCloseConnections: true,
    bodyLimit: 4 * 1024 * 1024,
    requestTimeout: timeouts.requestTimeout,
  };
  // The type of the server is independent of TLS.
  const app = fastify(
    settings.tls
      ? ({ ...options, https: { ...timeouts, ...settings.tls } } as FastifyServerOptions)
      : { ...options, http: timeouts },
  ) as unknown as App;
  limitSockets(app.server, sockets, (why) => metrics.closedSockets.inc({ why }));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  declareRefusedRequests(app);
  answerProblems(app);
  traceRequests(app);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: reply.statusCode };
    metrics.httpSeconds.observe(labels, reply.elapsedTime / 1000);
    // The address of a tracker or a calendar may contain its secret: these requests are logged by route.
    const { device, secretAddress } = request.routeOptions.config;
    const url = device || secretAddress ? route : maskDeviceSecrets(request.url);
    request.log.debug({ ...labels, url, ms: reply.elapsedTime }, 'answered');
    done();
  });
  return app;
}
