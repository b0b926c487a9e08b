import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { topics } from '@anshi/contracts';
import { type OtlpReceiver, startOtlpReceiver } from '@anshi/contracts/testing/otlp-receiver';
import { startTracing, type Tracing, violationTraceIds } from '@anshi/contracts/tracing';
import mqtt, { type MqttClient } from 'mqtt';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { confirmedEvent, startWorker, type TestWorker, testFile } from '../../testing/worker.ts';

interface Told {
  type: string;
  subject?: string;
  traceparent?: string;
}

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let listener: MqttClient;
let receiver: OtlpReceiver;
let tracing: Tracing;
let admin: pg.Client;
let outside: Server;
const told: Told[] = [];
const posted: { headers: IncomingHttpHeaders; body: Told }[] = [];

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  tracing = await startTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '50' },
    { service: 'anshi-api', instance: 'test', version: '1' },
    () => {},
  );
  outside = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    posted.push({ headers: request.headers, body: JSON.parse(body) });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  site = await openSite();
  const urls = await site.freshDatabase();
  api = await startApi(site, urls.appUrl, { webhookAllow: ['127.0.0.1'] });
  worker = await startWorker(site, api);
  const records = busUser(site, 'integrator', 'traces');
  listener = mqtt.connect(records.url, records.options);
  listener.on('message', (topic, payload) => {
    if (topic.includes('/records/')) told.push(JSON.parse(payload.toString()));
  });
  await listener.subscribeAsync(topics.records('demo', '+'), { qos: 1 });
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
});
afterAll(async () => {
  await admin?.end();
  await listener?.endAsync(true);
  await worker?.stop();
  await api?.stop();
  await tracing?.close();
  await site?.stop();
  await receiver?.close();
  outside?.close();
});

/** Waits until the receiver has these spans of a trace, and returns them by name. */
async function spansOf(traceId: string, ...names: string[]) {
  await until(
    () => names.every((name) => receiver.of(traceId).some((span) => span.name === name)),
    `spans ${names} of ${traceId}`,
  );
  return Object.fromEntries(receiver.of(traceId).map((span) => [span.name, span]));
}

const PUT = 'PUT /api/v1/ingest/evidence/:sha256';

describe('a violation of a worker that makes traces', () => {
  it('is one trace: upload, event, unit of work and published events', async () => {
    const violation = ulid();
    const { traceId, spanId } = violationTraceIds(violation);
    const traceparent = `00-${traceId}-${spanId}-01`;
    const snapshot = testFile('image/jpeg');
    expect((await worker.put(snapshot, { traceparent })).status).toBe(201);
    const event = { ...confirmedEvent(worker.name, snapshot, { violation }), traceparent };
    expect(await worker.deliver(event)).toMatchObject({ result: 'committed' });

    const spans = await spansOf(traceId, PUT, 'ingest', 'unit of work');
    expect(spans[PUT]).toMatchObject({
      service: 'anshi-api',
      parent: spanId,
      attributes: { 'http.response.status_code': 201 },
    });
    expect(spans.ingest).toMatchObject({
      parent: spanId,
      attributes: { 'anshi.violation': violation, 'anshi.result': 'committed' },
    });
    expect(spans['unit of work']).toMatchObject({ parent: spans.ingest?.spanId });
    const recorded = await until(
      () => told.find(({ subject }) => subject === violation),
      'the event of the record',
    );
    expect(recorded.type).toBe('cn.anshi.violation.recorded.v1');
    expect(recorded.traceparent?.split('-')[1]).toBe(traceId);
  });

  it('that makes none gets a trace that begins here', async () => {
    const { id } = await worker.confirm();
    const ingest = await until(
      () => receiver.spans.find(({ attributes }) => attributes['anshi.violation'] === id),
      'the span of the event',
    );
    expect(ingest).toMatchObject({ name: 'ingest', parent: null });
  });
});

describe('a request of a user', () => {
  it('is one trace to the row of the outbox, the bus and a webhook', async () => {
    const { id } = await worker.confirm();
    const target = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/hook`;
    const hook = { name: 'ERP', url: target, types: ['cn.anshi.violation.reviewed.v1'] };
    expect((await api.post('/api/v1/webhooks', hook, await api.signIn('admin'))).status).toBe(201);
    const headers = await api.signIn('operator');
    const read = await (await api.get(`/api/v1/violations/${id}`, headers)).json();
    const { version } = read as { version: number };
    const before = receiver.spans.length;
    const path = `/api/v1/violations/${id}/verdict`;
    expect((await api.post(path, { decision: 'confirm', version }, headers)).status).toBe(200);

    const request = await until(
      () =>
        receiver.spans
          .slice(before)
          .find(({ name }) => name === 'POST /api/v1/violations/:id/verdict'),
      'the span of the request',
    );
    const { traceId } = request;
    const spans = await spansOf(traceId, 'unit of work', 'publish', 'webhook');
    const unit = receiver.of(traceId).find(({ parent }) => parent === request.spanId);
    expect(unit?.name).toBe('unit of work');
    const rows = await admin.query(
      'SELECT traceparent, type FROM outbox_event WHERE subject = $1 AND type = $2',
      [id, 'cn.anshi.violation.reviewed.v1'],
    );
    expect(rows.rows[0].traceparent).toBe(`00-${traceId}-${unit?.spanId}-01`);
    expect(spans.publish?.parent).toBe(unit?.spanId);
    const record = told.find((one) => one.type === rows.rows[0].type && one.subject === id);
    expect(record?.traceparent).toBe(rows.rows[0].traceparent);
    const sent = posted.find(({ body }) => body.subject === id && body.type === rows.rows[0].type);
    expect(sent?.body.traceparent).toBe(rows.rows[0].traceparent);
    // The header names the sending itself; the event names where it comes from.
    expect(sent?.headers.traceparent).toBe(`00-${traceId}-${spans.webhook?.spanId}-01`);
  });

  it('cannot write into the trace of another', async () => {
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const headers = { ...(await api.signIn('operator')), traceparent };
    expect((await api.get('/api/v1/cameras', headers)).status).toBe(200);
    await until(
      () => receiver.spans.some(({ name }) => name === 'GET /api/v1/cameras'),
      'its span',
    );
    expect(receiver.of('ab'.repeat(16))).toEqual([]);
  });

  it('leaves no span with what people wrote or with a secret', () => {
    const text = JSON.stringify(receiver.spans);
    for (const secret of ['Bearer', 'a-demo-password', worker.secret]) {
      expect(text).not.toContain(secret);
    }
  });
});
