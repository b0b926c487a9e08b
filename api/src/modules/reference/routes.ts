import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { describeBus } from '@anshi/contracts/asyncapi';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { type Language, PAGE_STYLE, referencePage, startScript } from './page.ts';
import { rendererScript } from './renderer.ts';

/** The script is constant until the product is updated. */
const SCRIPT_CACHE = 'public, max-age=86400';
const query = z.object({ lang: z.enum(['zh', 'en']).catch('zh') });

/**
 * The API reference: the page at `/api/docs`, the description of the bus at `/api/asyncapi.json`.
 * That of the HTTP API is at `/api/openapi.json`. They contain nothing about this plant, so they
 * are public, as the source is.
 *
 * @param version of the product.
 */
export function referenceModule(version: string): Module {
  const bus = describeBus(version);
  const config = { public: true } as const;
  return {
    name: 'reference',
    register(app) {
      const hidden = { config, schema: { hide: true } };
      const byLanguage = { config, schema: { hide: true, querystring: query } };
      app.get('/api/asyncapi.json', hidden, async () => bus);
      app.get('/api/docs', byLanguage, async (request, reply) =>
        reply.type('text/html; charset=utf-8').send(referencePage(languageOf(request.query))),
      );
      app.get('/api/docs/page.css', hidden, async (_request, reply) =>
        reply.type('text/css; charset=utf-8').send(PAGE_STYLE),
      );
      app.get('/api/docs/start.js', byLanguage, async (request, reply) =>
        reply
          .type('application/javascript; charset=utf-8')
          .send(startScript(languageOf(request.query))),
      );
      app.get('/api/docs/scalar.js', hidden, async (request, reply) => {
        const script = await rendererScript();
        reply.type('application/javascript; charset=utf-8').header('cache-control', SCRIPT_CACHE);
        reply.header('vary', 'accept-encoding');
        const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
        if (!takesGzip) return reply.send(await promisify(gunzip)(script));
        return reply.header('content-encoding', 'gzip').send(script);
      });
    },
  };
}

const languageOf = (asked: unknown): Language => query.parse(asked).lang;
