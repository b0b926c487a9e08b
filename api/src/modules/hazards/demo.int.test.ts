import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import type { Hazard } from './schema.ts';

let site: Site;
let api: RunningApi;
const camerasFile = fileURLToPath(new URL('../../../../cameras.yaml', import.meta.url));

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  process.env.ANSHI_SIM_RTSP_PORT ??= '1';
  api = await startApi(site, appUrl, { camerasFile });
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

it('fills the demonstration with hazards in many states, at places of the plan, with pictures', async () => {
  const safety = await api.signIn('safety');
  const list = async () => {
    const answer = await api.get('/api/v1/hazards?limit=200', safety);
    return ((await answer.json()) as { items: Hazard[] }).items;
  };
  const items = await until(
    async () => {
      const now = await list();
      return now.length >= 13 && now.some(({ title }) => title.startsWith('装卸口')) ? now : null;
    },
    'the hazards are made',
    45_000,
  );
  expect(new Set(items.map(({ state }) => state)).size).toBeGreaterThanOrEqual(8);
  expect(items.every(({ position, area }) => position && area)).toBe(true);
  expect(items.some(({ late }) => late)).toBe(true);
  // Spread over weeks, and without forgery findings.
  const days = items.map(({ reportedAt }) => Date.parse(reportedAt) / 86_400_000);
  expect(Math.max(...days) - Math.min(...days)).toBeGreaterThan(20);
  const suspected = items.flatMap(({ findings }) =>
    findings.map(({ kind, text }) => [kind, text.zh]),
  );
  expect(suspected).toEqual([]);
  const picture = items[0]?.files[0];
  expect((await api.get(picture?.previewUrl ?? '', safety)).status).toBe(200);
  const closed = items.find(({ state }) => state === 'closed');
  expect(closed?.files.map(({ role }) => role).sort()).toEqual(['rectification', 'report']);
});
