import {
  contextOf,
  failed,
  type Span,
  SpanKind,
  tracer,
  tracingIsOn,
} from '@anshi/contracts/tracing';
import { type Context, context, trace } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { App } from './app-types.ts';

/** Polled by machines every few seconds, or open for hours: their spans are noise. */
const NOT_TRACED = new Set(['/api/health', '/api/v1/live-events', '/api/v1/live-video']);

interface RequestTrace {
  span: Span;
  context: Context;
}

/**
 * A span for each API request, named by its route. Where tracing is off no hook is added.
 *
 * Only a worker's `traceparent` is trusted: with a browser's, any client could write into the trace
 * of a violation, or force sampling.
 */
export function traceRequests(app: App): void {
  if (!tracingIsOn()) return;
  const traces = new WeakMap<FastifyRequest, RequestTrace>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { url: route, config } = request.routeOptions;
    if (!route?.startsWith('/api/') || NOT_TRACED.has(route)) return done();
    const { traceparent } = request.headers;
    const isWorker =
      config.device?.kinds.includes('worker') === true && typeof traceparent === 'string';
    const from = contextOf(isWorker ? traceparent : null);
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'anshi.request': request.id,
    };
    const name = `${request.method} ${route}`;
    const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, from);
    const within = trace.setSpan(from, span);
    traces.set(request, { span, context: within });
    context.with(within, done);
  });
  // The body is read in the context of the connection: later hooks restore the request's.
  app.addHook('preValidation', (request, _reply, done) => {
    const traced = traces.get(request);
    if (traced) context.with(traced.context, done);
    else done();
  });
  app.addHook('onError', (request, reply, error, done) => {
    const span = traces.get(request)?.span;
    if (span && reply.statusCode >= 500) failed(span, error);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = traces.get(request)?.span;
    span?.setAttribute('http.response.status_code', reply.statusCode);
    span?.end();
    done();
  });
}
