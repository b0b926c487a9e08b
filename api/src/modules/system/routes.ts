import { workerStatus } from '@anshi/contracts';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { inChinese } from '../../platform/http/meanings/chinese.ts';
import { problems } from '../../platform/http/problems.ts';
import { requireReader } from './metrics-reader.ts';
import type { SecurityFinding } from './security-report.ts';
import { registerSecurity } from './security-routes.ts';
import type { SystemService } from './service.ts';

const systemSchema = z
  .object({
    version: z.string(),
    demo: z.boolean().describe('Whether demo accounts exist.'),
    workers: z.array(workerStatus.meta({ id: 'WorkerStatus' })),
    files: z.object({
      store: z.string().describe('The folder or the bucket where files lie.'),
      encrypted: z.boolean(),
      scanner: z
        .object({
          state: z.enum(['not-configured', 'ready', 'unreachable']),
          version: z.string().nullable(),
        })
        .describe('The malware scanner for uploads.'),
    }),
    disks: z.array(
      z.object({
        place: z
          .enum(['logs', 'evidence', 'files', 'uploads', 'database', 'backups'])
          .describe('What lies on it.'),
        folder: z.string(),
        state: z.enum(['ok', 'low', 'full']),
        freeBytes: z.number().int(),
        totalBytes: z.number().int(),
      }),
    ),
    camerasFile: z.object({
      problems: z.array(
        z.object({
          file: z.string(),
          line: z.number().int().describe('Counted from 1; 0 where the whole file is meant.'),
          field: z.string(),
          message: z.string(),
        }),
      ),
    }),
  })
  .meta({ id: 'System' });

/** The language of the description of the API; programs read the English one. */
const describedIn = z.object({ lang: z.enum(['zh', 'en']).catch('en') });

const part = z.enum(['ok', 'unreachable']);
const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    database: part,
    bus: part,
    version: z.string(),
    demo: z
      .boolean()
      .describe('Whether this is a demonstration, with accounts that share a password.'),
  })
  .meta({ id: 'Health' });

export function systemModule(
  service: SystemService,
  metricsToken: string | null,
  report: () => Promise<SecurityFinding[]>,
): Module {
  return {
    name: 'system',
    register(app) {
      /** Made at its first request. */
      let chinese: object | undefined;
      registerSecurity(app, report);
      app.get(
        '/api/v1/system',
        {
          config: { permission: 'system:read' },
          schema: {
            tags: ['system'],
            operationId: 'getSystem',
            summary: 'Returns the health of the parts of the system',
            response: { 200: systemSchema, ...problems(401, 403, 503) },
          },
        },
        async () => service.describe(),
      );
      app.get(
        '/api/health',
        {
          config: { public: true },
          schema: {
            tags: ['system'],
            operationId: 'getHealth',
            summary: 'Returns whether the API is healthy, and which part is unavailable',
            response: { 200: healthSchema, 503: healthSchema },
          },
        },
        async (_request, reply) => {
          const health = await service.health();
          return reply
            .code(health.status === 'ok' ? 200 : 503)
            .header('cache-control', 'no-store')
            .send(health);
        },
      );
      app.get(
        '/metrics',
        // The client is a program without an account: authorised by its origin or its token.
        { config: { public: true }, schema: { hide: true } },
        async (request, reply) => {
          requireReader(request, metricsToken);
          const { text, contentType } = await service.metrics();
          return reply.type(contentType).send(text);
        },
      );
      app.get(
        '/api/openapi.json',
        { config: { public: true }, schema: { hide: true, querystring: describedIn } },
        async ({ query }) => {
          const { lang } = describedIn.parse(query);
          if (lang === 'en') return app.swagger();
          chinese ??= inChinese(app.swagger());
          return chinese;
        },
      );
    },
  };
}
