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

/** Of our own code; the SDK behind it is there only where tracing is on. */
export const tracer = (): Tracer => trace.getTracer('anshi');

/** What a span is made with. */
export interface SpanSettings {
  /** Internal where it is left out. */
  kind?: SpanKind;
  /** Ids, types and counts; nothing personal, no secret, no text that people wrote. */
  attributes?: Attributes;
  /**
   * The `traceparent` of who caused it, where that came from outside of this call; null for a trace of
   * its own. Left out, the span belongs to the one that is active.
   */
  parent?: string | null;
}

/**
 * Runs `work` within a span that ends with it; an error is noted on the span and thrown on. Where
 * tracing is off, it only runs `work`.
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

/** Marks a span as failed. The message of the error stays out: it may quote what people wrote. */
export function failed(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error';
  span.setAttribute('error.type', name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: name });
}

/** Runs `work` outside of any span, for loops that a request only wakes. */
export function outsideSpans<Result>(work: () => Result): Result {
  return tracingIsOn() ? context.with(ROOT_CONTEXT, work) : work();
}

/** The `traceparent` of the active span (https://www.w3.org/TR/trace-context/); null without one. */
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

/** The context that a `traceparent` names; one that is damaged or absent begins a trace of its own. */
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

/** Fields for each line of a log: which trace and span it belongs to; nothing where there is none. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  if (!tracingIsOn()) return {};
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
