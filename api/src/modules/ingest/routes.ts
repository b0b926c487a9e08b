import { Readable } from 'node:stream';
import { sha256 } from '@anshi/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deviceOf } from '../../platform/access/devices.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import { EVIDENCE_LIMITS, type EvidenceType } from './evidence-types.ts';
import type { IngestService } from './service.ts';

const stored = z
  .object({ sha256, stored: z.enum(['now', 'before']) })
  .meta({ id: 'EvidenceStored' });

export function ingestModule(service: IngestService): Module {
  return {
    name: 'ingest',
    register(app) {
      app.register(async (scope: typeof app) => {
        // The body is a stream, however large: it goes to the disk as it comes.
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser(
          Object.keys(EVIDENCE_LIMITS),
          (_request: FastifyRequest, payload: Readable, done: (e: null, body: unknown) => void) =>
            done(null, payload),
        );
        scope.put(
          '/api/v1/ingest/evidence/:sha256',
          {
            config: { device: { kinds: ['worker', 'shared'] } },
            schema: {
              tags: ['ingest'],
              operationId: 'putEvidence',
              summary: 'Stores a file of evidence under the digest of its bytes',
              consumes: Object.keys(EVIDENCE_LIMITS),
              params: z.object({ sha256 }),
              response: {
                200: stored,
                201: stored,
                ...problems(400, 401, 403, 413, 415, 422, 503, 507),
              },
            },
          },
          async (request, reply) => {
            const mediaType = evidenceType(request.headers['content-type']);
            const limit = EVIDENCE_LIMITS[mediaType];
            const announced = Number(request.headers['content-length'] ?? 0);
            try {
              if (announced > limit) {
                throw new Problem(
                  'evidence.too-large',
                  `${announced} bytes are more than the ${limit} that are taken of ${mediaType}. Send a shorter clip.`,
                );
              }
              const isNew = await service.store(
                request.params.sha256,
                mediaType,
                // Without a byte, there is no body at all.
                (request.body as Readable | undefined) ?? Readable.from([]),
                deviceOf(request).name,
              );
              return reply
                .code(isNew ? 201 : 200)
                .send({ sha256: request.params.sha256, stored: isNew ? 'now' : 'before' });
            } catch (error) {
              // What is still coming is read away, so that the sender gets to see the answer.
              reply.header('connection', 'close');
              request.raw.resume();
              throw error;
            }
          },
        );
      });
    },
  };
}

function evidenceType(header: string | undefined): EvidenceType {
  const type = header?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!(type in EVIDENCE_LIMITS)) throw new Problem('request.media-type');
  return type as EvidenceType;
}
