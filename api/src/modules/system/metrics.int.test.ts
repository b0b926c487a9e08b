import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';

let site: Site;
let closed: RunningApi;
let open: RunningApi;
const metricsToken = 'a-token-for-the-metrics';

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  closed = await startApi(site, appUrl);
  open = await startApi(site, appUrl, { metricsToken });
});
afterAll(async () => {
  await closed?.stop();
  await open?.stop();
  await site?.stop();
});

it('metrics are shown to this machine, and to others with the token only', async () => {
  const here = await closed.get('/metrics');
  expect([here.status, await here.text()]).toEqual([200, expect.stringContaining('anshi_http')]);
  const behindProxy = await closed.get('/metrics', { 'x-forwarded-for': '203.0.113.7' });
  expect(behindProxy.status).toBe(403);
  expect(await behindProxy.json()).toMatchObject({ code: 'metrics.closed' });
  const proxied = { 'x-forwarded-for': '203.0.113.7' };
  expect((await open.get('/metrics', proxied)).status).toBe(401);
  const wrong = { ...proxied, authorization: 'Bearer of-another' };
  expect((await open.get('/metrics', wrong)).status).toBe(401);
  // An account's token does not open the metrics.
  expect((await open.get('/metrics', { ...proxied, ...(await open.signIn('admin')) })).status).toBe(
    401,
  );
  const right = { ...proxied, authorization: `Bearer ${metricsToken}` };
  expect((await open.get('/metrics', right)).status).toBe(200);
});
