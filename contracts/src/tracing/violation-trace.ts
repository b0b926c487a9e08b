import { context, ROOT_CONTEXT, type Span, type TimeInput } from '@opentelemetry/api';
import { choosing, type TraceIds } from './chosen-ids.ts';
import { formatTraceparent, tracer } from './spans.ts';
import { tracingIsOn } from './start.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The ids of a violation's trace. A ULID has 128 bits, as a trace id has: the trace id is the
 * violation's id in hexadecimal, and the first span's id is its last 64 bits. So all spans about a
 * violation are one trace, also after a restart, and can be found by the violation's id.
 *
 * @param violation a ULID.
 */
export function violationTraceIds(violation: string): TraceIds {
  let bits = 0n;
  for (const letter of violation) bits = bits * 32n + BigInt(CROCKFORD.indexOf(letter));
  const traceId = bits.toString(16).padStart(32, '0');
  return { traceId, spanId: traceId.slice(16) };
}

/**
 * Starts the trace of a violation; the caller ends the span. Null where tracing is off.
 *
 * @param startTime exposure time of the confirming frame.
 */
export function startViolationTrace(
  violation: string,
  startTime: TimeInput = Date.now(),
): Span | null {
  if (!tracingIsOn()) return null;
  return context.with(choosing(violationTraceIds(violation)), () =>
    tracer().startSpan('violation', { root: true, startTime }, ROOT_CONTEXT),
  );
}

/** The `traceparent` of events about the violation; null where tracing is off. */
export function violationTraceparent(violation: string): string | null {
  // Queries the sampling decision. A span that does not end is not sent.
  const span = startViolationTrace(violation);
  return span && formatTraceparent(span.spanContext());
}
