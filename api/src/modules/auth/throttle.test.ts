import { expect, it } from 'vitest';
import { createKnownDevices } from './known-devices.ts';
import { networkOf } from './throttle.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

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
