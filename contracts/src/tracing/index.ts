export {
  activeTraceparent,
  contextOf,
  failed,
  formatTraceparent,
  inSpan,
  outsideSpans,
  type Span,
  SpanKind,
  type SpanSettings,
  traceFields,
  tracer,
} from './spans.ts';
export { startTracing, type Tracing, tracingIsOn } from './start.ts';
export {
  startViolationTrace,
  violationTraceIds,
  violationTraceparent,
} from './violation-trace.ts';
