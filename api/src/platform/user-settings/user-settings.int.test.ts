import { expect, it } from 'vitest';
import { z } from 'zod';
import { useApi } from '../../testing/use-api.ts';
import type { Problem } from '../http/errors.ts';
import { MOST_BYTES, type UserSetting } from './schema.ts';

/** Settings of a person: the same on every device, of that person alone. */
const used = useApi({ processes: 2 });
const put = (user: string, key: string, value: unknown, version = 0, at = used.api) =>
  at.send<UserSetting & { current?: UserSetting | null; errors?: { text: { zh: string } }[] }>(
    user,
    'PUT',
    `/me/settings/${key}`,
    { value, version },
  );
const list = async (user: string) =>
  (await used.api.send<{ items: UserSetting[] }>(user, 'GET', '/me/settings')).body.items;
const wall = { layout: 9, overlays: false };

it('are set, read on another device, and changed on the version that is known', async () => {
  expect(await list('operator')).toEqual([]);
  expect(await put('operator', 'wall', wall)).toMatchObject({ status: 200, body: { version: 1 } });
  const other = await used.other.send<UserSetting>('operator', 'GET', '/me/settings/wall');
  expect(other.body).toMatchObject({ key: 'wall', value: wall, version: 1 });
  const changed = await put('operator', 'wall', { layout: null, overlays: true }, 1);
  expect(changed.body).toMatchObject({ value: { layout: null, overlays: true }, version: 2 });
  const group = { id: 'g1', name: '仓库', cameras: ['hall-west'] };
  const whole = {
    ...wall,
    layout: '1+5',
    order: ['aisle'],
    groups: [group],
    patrol: 5,
    rest: false,
  };
  expect((await put('admin', 'wall', whole)).status).toBe(200);
  expect((await list('admin')).map(({ value }) => value)).toEqual([whole]);
});

it('a wall keeps a camera that was removed, whose place the page leaves out', async () => {
  const removed = { ...wall, order: ['no-such-camera', 'hall-west'] };
  const kept = { ...removed, groups: [{ id: 'g1', name: '旧', cameras: ['no-such-camera'] }] };
  expect((await put('auditor', 'wall', kept)).status).toBe(200);
  expect((await list('auditor')).map(({ value }) => value)).toEqual([kept]);
});

it('of two windows, the later one hears what the first one set', async () => {
  await put('operator', 'theme', 'dark');
  const late = await put('operator', 'theme', 'light', 0, used.other);
  expect(late).toMatchObject({
    status: 409,
    body: { code: 'setting.version-conflict', current: { value: 'dark', version: 1 } },
  });
  expect((await put('operator', 'theme', 'light', 7)).status).toBe(409);
  expect((await put('operator', 'language', 'en', 3)).body).toMatchObject({
    code: 'setting.version-conflict',
    current: null,
  });
  for (let version = 1; version < 6; version++) {
    const at = [used.api, used.other, used.api, used.other];
    const answers = await Promise.all(
      at.map((api, n) => put('operator', 'theme', n % 2 ? 'dark' : 'light', version, api)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  }
  const theme = (await list('operator')).find(({ key }) => key === 'theme');
  expect(theme?.version).toBe(6);
});

it('are of the account alone', async () => {
  await put('operator', 'language', 'en');
  expect(await list('safety')).toEqual([]);
  const own = await put('safety', 'language', 'zh-CN');
  expect(own).toMatchObject({ status: 200, body: { version: 1 } });
  const language = (await list('operator')).find(({ key }) => key === 'language');
  expect(language?.value).toBe('en');
  const answer = await used.api.get('/api/v1/me/settings');
  expect(answer.status).toBe(401);
});

it('what does not fit is refused in both languages, and changes nothing', async () => {
  const before = await list('operator');
  for (const value of ['de', { layout: 5, overlays: true }, { ...wall, more: 1 }, null, []]) {
    const answer = await put('operator', 'wall', value, 2);
    expect([answer.status, answer.body.code]).toEqual([422, 'setting.invalid']);
    expect(answer.body.errors?.[0]?.text.zh).toMatch(/\p{Script=Han}/u);
  }
  for (const chosen of [
    ['a', 'a'],
    ['../x'],
    'all',
    Array.from({ length: 25 }, (_, n) => `n${n}`),
  ]) {
    const answer = await put('operator', 'shortcuts', { chosen });
    expect([answer.status, answer.body.code]).toEqual([422, 'setting.invalid']);
    expect(answer.body.errors?.[0]?.text.zh).toMatch(/\p{Script=Han}/u);
  }
  expect((await put('operator', 'no-such', 1)).body.code).toBe('setting.unknown');
  expect((await put('operator', 'wall', 'x'.repeat(3 * MOST_BYTES), 2)).status).toBe(413);
  // A wall of 1 MB, in a setting and in a group; one with a layout that this version does not have.
  const cameras = Array.from({ length: 60_000 }, (_, n) => `camera-number-${n}`);
  const groups = [{ id: 'g1', name: '仓库', cameras }];
  expect(JSON.stringify(groups).length).toBeGreaterThan(1_000_000);
  for (const value of [
    { ...wall, order: cameras },
    { ...wall, groups },
  ]) {
    expect([413, 422]).toContain((await put('operator', 'wall', value, 2)).status);
  }
  const newer = await put('operator', 'wall', { ...wall, layout: '2+8' }, 2);
  expect([newer.status, newer.body.code]).toEqual([422, 'setting.invalid']);
  const unset = await used.api.send('buyer', 'GET', '/me/settings/wall');
  expect([unset.status, unset.body.code]).toEqual([404, 'setting.not-set']);
  expect(await list('operator')).toEqual(before);
});

it('a value of another version of the product is as if nothing was set', async () => {
  await put('safety', 'wall', wall);
  await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.userSetting.updateMany({
      where: { value: { equals: wall } },
      data: { value: { tiles: 36 } },
    }),
  );
  expect((await list('safety')).map(({ key }) => key)).toEqual(['language']);
  expect((await used.api.send('safety', 'GET', '/me/settings/wall')).status).toBe(404);
  const again = await put('safety', 'wall', wall);
  expect(again).toMatchObject({ status: 200, body: { value: wall, version: 2 } });
});

it('have at most 16 KiB, counted in bytes', async () => {
  const { createUserSettings } = await import('./service.ts');
  const keys = new Map([['free', { zh: '任意', en: 'free', schema: z.string() }]]);
  const units = { run: () => Promise.reject(new Error('it was to be refused before')) };
  const settings = createUserSettings({ units: units as never, keys });
  const refused = await settings
    .put({ tenant: 'demo' } as never, 'free', { value: '字'.repeat(6000), version: 0 })
    .catch((error: Problem) => error.code);
  expect(refused).toBe('setting.too-large');
});
