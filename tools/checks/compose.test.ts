import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEncryption } from '@anshi/contracts/tls';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeProblems } from './compose.mjs';

const text = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');

describe('docker-compose.yml', () => {
  it('is valid against the schema of the compose specification', () => {
    expect(composeProblems(text)).toEqual([]);
  });

  it('is rejected for an unknown field, a missing service and a missing volume', () => {
    expect(composeProblems('services: { a: { imagee: x } }')[0]).toContain('imagee');
    expect(composeProblems('services: { a: { image: x, depends_on: [b] } }')).toEqual([
      'services/a: depends on "b", which is not there',
    ]);
    expect(composeProblems('services: { a: { image: x, volumes: ["v:/v"] } }')).toEqual([
      'services/a: the volume "v" is not there',
    ]);
  });

  it('is open to this machine alone unless asked, and its API starts so', () => {
    const { services } = parse(text, { merge: true }) as {
      services: Record<string, { ports?: string[]; environment?: Record<string, string> }>;
    };
    expect(services.api?.ports).toEqual([
      expect.stringMatching(/^\$\{\w+:-127\.0\.0\.1:\d+\}:\d+$/),
    ]);
    const { ANSHI_HTTP_HOST: host = '', ANSHI_INSECURE_HTTP } = services.api?.environment ?? {};
    const http = { host, tls: false, trustProxy: false };
    expect(() => requireEncryption({ ...http, insecure: false })).toThrow('nothing encrypts');
    expect(() =>
      requireEncryption({ ...http, insecure: ANSHI_INSECURE_HTTP === '1' }),
    ).not.toThrow();
  });

  it('is production: no simulator and no demo accounts unless asked, no password in the file', () => {
    const { services } = parse(text, { merge: true }) as {
      services: Record<string, { profiles?: string[]; environment?: Record<string, string> }>;
    };
    expect(services.simulator?.profiles).toEqual(['demo']);
    expect(services.api?.environment?.ANSHI_DEMO).toMatch(/:-0\}$/);
    for (const [name, value] of Object.values(services).flatMap((service) =>
      Object.entries(service.environment ?? {}),
    )) {
      if (/PASSWORD|SECRET|TOKEN/.test(name)) expect(value, name).toMatch(/^\$\{.*\}$/);
    }
  });
});
