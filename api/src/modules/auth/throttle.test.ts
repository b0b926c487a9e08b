import { expect, it } from 'vitest';
import { createKnownDevices } from './known-devices.ts';

it('a browser remembers sixteen accounts, the newest first, and each by its own mark', () => {
  const devices = createKnownDevices('a secret of the API');
  let cookie: string | undefined;
  for (let i = 0; i < 18; i++) cookie = devices.remember(cookie, 'demo', `user-${i}`);
  const found = Array.from({ length: 18 }, (_, i) => devices.find(cookie, 'demo', `User-${i} `));
  expect(found.slice(0, 2)).toEqual([null, null]);
  expect(new Set(found.slice(2)).size).toBe(1);
  expect(devices.find(cookie, 'other', 'user-9')).toBeNull();
  expect(createKnownDevices('another secret').find(cookie, 'demo', 'user-9')).toBeNull();
  expect(devices.remember(cookie, 'demo', 'user-17')).toBe(cookie);
});
