import { describeBus } from '@anshi/contracts/asyncapi';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../platform/http/app-types.ts';
import { setSecurityHeaders } from '../../platform/http/security-headers.ts';
import { referenceModule } from './routes.ts';

let app: App;

beforeAll(async () => {
  app = fastify() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await setSecurityHeaders(app);
  referenceModule('1.2.3').register(app);
  await app.ready();
});
afterAll(() => app.close());

describe('[INT-04] the reference of the interfaces', () => {
  it('describes the bus of this version', async () => {
    const answer = await app.inject('/api/asyncapi.json');
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(describeBus('1.2.3'))));
  });

  it('is a page without external resources and inline scripts, in both languages', async () => {
    for (const [lang, title] of [
      ['zh', '安视接口文档'],
      ['en', 'Anshi interfaces'],
    ]) {
      const answer = await app.inject(`/api/docs?lang=${lang}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-security-policy']).toMatch(/script-src 'self';/);
      expect(answer.body).toContain(`<title>${title}</title>`);
      expect(answer.body).not.toMatch(/https?:\/\//);
      expect(answer.body).not.toMatch(/<script(?![^>]*\ssrc="\/api\/docs\/)/);
      const loaded = [...answer.body.matchAll(/(?:src|href)="(\/api\/docs[^"]*)"/g)];
      expect(loaded).toHaveLength(3);
      for (const [, path] of loaded) {
        expect((await app.inject(path ?? '')).statusCode, path).toBe(200);
      }
    }
    // An unknown language falls back to Chinese.
    expect((await app.inject('/api/docs?lang="><script>')).body).toContain('安视接口文档');
  });

  it('starts the renderer with both descriptions and without external requests', async () => {
    const { body } = await app.inject('/api/docs/start.js?lang=en');
    expect(body).toContain('"/api/openapi.json"');
    const inChinese = await app.inject('/api/docs/start.js?lang=zh');
    expect(inChinese.body).toContain('"/api/openapi.json?lang=zh"');
    expect(body).toContain('/api/asyncapi.json');
    expect(body).toContain('"telemetry":false');
    expect(body).toContain('"withDefaultFonts":false');
    expect(body).not.toMatch(/https?:\/\//);
  });

  it('sends the renderer compressed where the browser accepts it', async () => {
    const plain = await app.inject('/api/docs/scalar.js');
    expect(plain.body).toContain('createApiReference');
    const headers = { 'accept-encoding': 'gzip, br' };
    const packed = await app.inject({ url: '/api/docs/scalar.js', headers });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(2_000_000);
    expect(packed.headers['cache-control']).toContain('public');
  });
});
