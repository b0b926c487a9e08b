import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { traceparent as traceparentSchema } from '../primitives.ts';
import { tracingIsOn } from './start.ts';

export type { Span } from '@opentelemetry/api';
export { SpanKind } from '@opentelemetry/api';

/** The tracer of our own code; the SDK is loaded only where tracing is on. */
export const tracer = (): Tracer => trace.getTracer('anshi');

/** Options of a span. */
export interface SpanSettings {
  /** Internal by default. */
  kind?: SpanKind;
  /** Ids, types and counts; no personal data, no secrets, no user text. */
  attributes?: Attributes;
  /**
   * The `traceparent` of a cause outside of this call; null for a new trace. Left out, the active
   * span is the parent.
   */
  parent?: string | null;
}

/**
 * Runs `work` within a span; an error is recorded on the span and rethrown. Where tracing is off,
 * it only runs `work`.
 */
export async function inSpan<Result>(
  name: string,
  settings: SpanSettings,
  work: (span: Span | null) => Promise<Result>,
): Promise<Result> {
  if (!tracingIsOn()) return work(null);
  const { kind = SpanKind.INTERNAL, attributes = {}, parent } = settings;
  const from = parent === undefined ? context.active() : contextOf(parent);
  return tracer().startActiveSpan(name, { kind, attributes }, from, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed. The error message is left out: it may quote user text. */
export function failed(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error';
  span.setAttribute('error.type', name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: name });
}

/** Runs `work` outside of any span, for loops that a request only triggers. */
export function outsideSpans<Result>(work: () => Result): Result {
  return tracingIsOn() ? context.with(ROOT_CONTEXT, work) : work();
}

/**
 * The `traceparent` of the active span (https://www.w3.org/TR/trace-context/); null without one.
 */
export function activeTraceparent(): string | null {
  if (!tracingIsOn()) return null;
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? formatTraceparent(span) : null;
}

export function formatTraceparent(span: {
  traceId: string;
  spanId: string;
  traceFlags: TraceFlags;
}): string {
  const flags = span.traceFlags & TraceFlags.SAMPLED ? '01' : '00';
  return `00-${span.traceId}-${span.spanId}-${flags}`;
}

/** The context of a `traceparent`; a malformed or absent one starts a new trace. */
export function contextOf(parent: string | null | undefined): Context {
  const read = traceparentSchema.safeParse(parent);
  if (!read.success) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '0'] = read.data.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  });
}

/** Log fields of the active trace and span; empty without one. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  if (!tracingIsOn()) return {};
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
