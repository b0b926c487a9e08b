import { trace } from '@opentelemetry/api';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { violationEnded } from '../events/violation.ts';
import { SettingsError } from '../process.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../testing/otlp-receiver.ts';
import {
  activeTraceparent,
  contextOf,
  inSpan,
  outsideSpans,
  startTracing,
  startViolationTrace,
  type Tracing,
  traceFields,
  tracingIsOn,
  violationTraceIds,
  violationTraceparent,
} from './index.ts';

const PROCESS = { service: 'test', instance: 'test-1', version: '1' };
const silent = () => {};
let receiver: OtlpReceiver;
let tracing: Tracing | undefined;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await tracing?.close();
  tracing = undefined;
  await receiver.close();
});

const start = async (env: Record<string, string> = {}) => {
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env };
  tracing = await startTracing(all, PROCESS, silent);
};
/** Ends tracing, which flushes the pending spans. */
const end = async () => {
  await tracing?.close();
  tracing = undefined;
};

describe('without a receiver', () => {
  it('no span is created or sent', async () => {
    tracing = await startTracing({}, PROCESS, silent);
    expect(tracingIsOn()).toBe(false);
    const seen = await inSpan('work', {}, async (span) => [span, activeTraceparent()]);
    expect(seen).toEqual([null, null]);
    expect(traceFields()).toEqual({});
    expect(violationTraceparent(ulid())).toBeNull();
    expect(startViolationTrace(ulid())).toBeNull();
  });

  it('equals a disabled SDK', async () => {
    await start({ OTEL_SDK_DISABLED: 'true' });
    expect(tracingIsOn()).toBe(false);
  });
});

describe('with a receiver', () => {
  it('spans of one call are one trace, sent as JSON by OTLP, with the service', async () => {
    await start();
    const traceparent = await inSpan('outer', { attributes: { 'anshi.n': 3 } }, () =>
      inSpan('inner', {}, async () => activeTraceparent()),
    );
    await end();
    expect(receiver.posts).toEqual(['/v1/traces application/json']);
    const inner = receiver.spans.find(({ name }) => name === 'inner');
    const outer = receiver.spans.find(({ name }) => name === 'outer');
    expect(outer).toMatchObject({ service: 'test', parent: null, attributes: { 'anshi.n': 3 } });
    expect(inner).toMatchObject({ traceId: outer?.traceId, parent: outer?.spanId });
    expect(traceparent).toBe(`00-${inner?.traceId}-${inner?.spanId}-01`);
  });

  it('a line of the log carries the ids of the active span, and a loop has none', async () => {
    await start();
    await inSpan('work', {}, async (span) => {
      const { traceId, spanId } = span!.spanContext();
      expect(traceFields()).toEqual({ trace_id: traceId, span_id: spanId });
      expect(outsideSpans(traceFields)).toEqual({});
    });
  });

  it('an error is recorded without its message, and rethrown', async () => {
    await start();
    const failing = inSpan('work', {}, async () => {
      throw new TypeError('the name of somebody');
    });
    await expect(failing).rejects.toThrow('the name of somebody');
    await end();
    expect(receiver.spans[0]?.attributes['error.type']).toBe('TypeError');
    expect(
      JSON.stringify(receiver.spans, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
    ).not.toContain('somebody');
  });

  it('an external parent is used where it is valid, else a new trace starts', async () => {
    await start();
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await inSpan('child', { parent }, async () => {});
    for (const bad of [
      '',
      'x',
      `${parent}-1`,
      parent.toUpperCase(),
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    ]) {
      expect(trace.getSpanContext(contextOf(bad)), bad).toBeUndefined();
    }
    await end();
    expect(receiver.spans[0]).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parent: 'b7ad6b7169203331',
    });
  });

  it('an unsampled span is not sent, and propagates the decision', async () => {
    await start({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    const violation = ulid();
    expect(violationTraceparent(violation)).toMatch(/-00$/);
    await inSpan('child', { parent: violationTraceparent(violation) }, async () => {});
    await end();
    expect(receiver.spans).toEqual([]);
  });

  it('invalid settings are named', async () => {
    await expect(start({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).rejects.toThrow(SettingsError);
    await expect(start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).rejects.toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    );
  });

  it('an unavailable receiver is logged and blocks nothing', async () => {
    const gone = receiver.url;
    await receiver.close();
    const words: string[] = [];
    const one = await startTracing(
      { OTEL_EXPORTER_OTLP_ENDPOINT: gone, OTEL_BSP_SCHEDULE_DELAY: '10' },
      PROCESS,
      (why) => words.push(why),
    );
    await inSpan('work', {}, async () => {});
    await one.close();
    receiver = await startOtlpReceiver();
    expect(words.length).toBeLessThanOrEqual(1);
  });
});

describe('the trace of a violation', () => {
  it('has the id of the violation, so that all spans about it are one trace', async () => {
    await start();
    const violation = '01JDKXYZ0123456789ABCDEFGH';
    const { traceId, spanId } = violationTraceIds(violation);
    expect(violationTraceparent(violation)).toBe(`00-${traceId}-${spanId}-01`);
    startViolationTrace(violation, Date.now() - 200)?.end();
    // As a worker does after a restart.
    await inSpan('deliver', { parent: violationTraceparent(violation) }, async () => {});
    await end();
    const [root, child] = ['violation', 'deliver'].map((name) =>
      receiver.spans.find((span) => span.name === name),
    );
    expect(root).toMatchObject({ traceId, spanId, parent: null });
    expect(root?.ms).toBeGreaterThanOrEqual(190);
    expect(child).toMatchObject({ traceId, parent: spanId });
    expect(child?.spanId).not.toBe(spanId);
    // The span that only queried the sampling decision is not sent.
    expect(receiver.spans).toHaveLength(2);
  });

  it('differs for each violation', () => {
    const ids = Array.from({ length: 100 }, () => violationTraceIds(ulid()).traceId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(violationTraceIds('7ZZZZZZZZZZZZZZZZZZZZZZZZZ').traceId).toBe('f'.repeat(32));
  });
});

it('an event with a damaged traceparent is accepted without it', () => {
  const violation = ulid();
  const event = {
    specversion: '1.0',
    id: `${violation}-ended`,
    source: '/vision/worker-1',
    type: 'cn.anshi.violation.ended.v1',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { violation, endedAt: new Date().toISOString() },
  };
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(violationEnded.parse({ ...event, traceparent: good }).traceparent).toBe(good);
  expect(violationEnded.parse({ ...event, traceparent: 'x' }).traceparent).toBeUndefined();
  expect(violationEnded.parse(event).traceparent).toBeUndefined();
});
