import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { z } from 'zod';
import { readSettings } from '../process.ts';
import { ChosenIds } from './chosen-ids.ts';

/** The standard names: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const schema = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(
      ['http/json'],
      'must be http/json: traces are sent as JSON over HTTP, usually to port 4318',
    )
    .default('http/json'),
  OTEL_SDK_DISABLED: z.stringbool().default(false),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(['parentbased_always_on', 'parentbased_traceidratio'])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce.number().int().positive().default(5_000),
});

/** How long the process exit waits for the last spans, milliseconds. */
const LAST_SPANS_MS = 2_000;
/** Interval of the warning about an unavailable receiver, milliseconds. */
const COMPLAIN_EVERY_MS = 60_000;

export interface Tracing {
  /** Flushes the pending spans, within 2 s, and switches tracing off. */
  close(): Promise<void>;
}

let on = false;

/** Whether tracing is on; where not, all span functions do nothing. */
export function tracingIsOn(): boolean {
  return on;
}

/**
 * Switches tracing on where the environment names an OTLP/HTTP receiver. Otherwise the SDK is not
 * even loaded.
 *
 * @param process name of this process; OTEL_SERVICE_NAME overrides `service`.
 * @param complain called once a minute while the receiver is unavailable.
 * @throws SettingsError that names each invalid variable.
 */
export async function startTracing(
  env: Record<string, string | undefined>,
  process: { service: string; instance: string; version: string },
  complain: (why: string) => void,
): Promise<Tracing> {
  const settings = readSettings(schema, env);
  const url = endpointOf(settings);
  if (url === null) return { close: async () => {} };

  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, sdk, otlp, resources] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  diag.setLogger(atMostOnceA(COMPLAIN_EVERY_MS, complain), { logLevel: DiagLogLevel.WARN });
  const ratio =
    settings.OTEL_TRACES_SAMPLER === 'parentbased_traceidratio'
      ? settings.OTEL_TRACES_SAMPLER_ARG
      : 1;
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.namespace': 'anshi',
      'service.name': settings.OTEL_SERVICE_NAME ?? process.service,
      'service.instance.id': process.instance,
      'service.version': process.version,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    idGenerator: new ChosenIds(new sdk.RandomIdGenerator()),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new otlp.OTLPTraceExporter({ url }),
        scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  on = true;
  return {
    async close() {
      on = false;
      const late = new Promise((resolve) => setTimeout(resolve, LAST_SPANS_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      trace.disable();
      propagation.disable();
      context.disable();
      diag.disable();
    },
  };
}

function endpointOf(settings: z.infer<typeof schema>): string | null {
  if (settings.OTEL_SDK_DISABLED) return null;
  if (settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) {
    return settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  }
  const base = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/$/, '')}/v1/traces` : null;
}

/** A logger of the SDK's own errors: each export fails while the receiver is unavailable. */
function atMostOnceA(ms: number, complain: (why: string) => void) {
  let last = Number.NEGATIVE_INFINITY;
  const say = (...words: unknown[]) => {
    const now = performance.now();
    if (now - last < ms) return;
    last = now;
    complain(words.map((word) => (word instanceof Error ? word.message : String(word))).join(' '));
  };
  return { error: say, warn: say, info() {}, debug() {}, verbose() {} };
}
