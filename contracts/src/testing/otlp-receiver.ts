import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The part of the OTLP/HTTP JSON protocol that the tests need. */
const value = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z
    .object({ intValue: z.union([z.string(), z.number()]) })
    .transform(({ intValue }) => Number(intValue)),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  z.looseObject({}).transform((other) => JSON.stringify(other)),
]);
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) => Object.fromEntries(list.map((one) => [one.key, one.value])));
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              startTimeUnixNano: z.coerce.bigint(),
              endTimeUnixNano: z.coerce.bigint(),
              attributes,
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface ReceivedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Null for a root span. */
  parent: string | null;
  name: string;
  ms: number;
  attributes: Record<string, string | number | boolean>;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Paths and content types of the requests. */
  readonly posts: readonly string[];
  of(traceId: string): ReceivedSpan[];
  close(): Promise<void>;
}

/** A trace receiver for tests: a real HTTP server that accepts OTLP as JSON. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const posts: string[] = [];
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    posts.push(`${incoming.url} ${incoming.headers['content-type']}`);
    const read = request.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (!read.success) {
      answer.writeHead(400).end(z.prettifyError(read.error));
      return;
    }
    for (const { resource, scopeSpans } of read.data.resourceSpans) {
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({
          service: String(resource.attributes['service.name']),
          traceId: span.traceId,
          spanId: span.spanId,
          parent: span.parentSpanId || null,
          name: span.name,
          ms: Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6,
          attributes: span.attributes,
        });
      }
    }
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    posts,
    of: (traceId) => spans.filter((span) => span.traceId === traceId),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
