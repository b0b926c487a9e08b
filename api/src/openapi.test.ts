import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeApi, OPENAPI_FILE } from './openapi.ts';

it('the committed description is that of the routes (npm run -w api openapi writes it)', async () => {
  const committed = await readFile(OPENAPI_FILE, 'utf8');
  expect(JSON.parse(await describeApi())).toEqual(JSON.parse(committed));
});

it('every route but the public ones names what it needs', async () => {
  const { openapi, paths } = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    openapi: string;
    paths: Record<string, Record<string, { security?: object[]; operationId?: string }>>;
  };
  expect(openapi).toBe('3.1.0');
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).some(({ security }) => !security?.length) ? [path] : [],
  );
  expect(open.sort()).toEqual([
    '/api/health',
    '/api/v1/auth/login',
    '/api/v1/auth/logout',
    '/api/v1/auth/refresh',
  ]);
});
