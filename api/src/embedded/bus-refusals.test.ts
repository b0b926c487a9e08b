import type { BusRefusal } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { RefusalCounter } from './bus-refusals.ts';

it('invented names share a line, and hide no user however many they are', () => {
  const told: BusRefusal[] = [];
  const counter = new RefusalCounter((refusals) => {
    expect(refusals.length).toBeLessThanOrEqual(500);
    told.push(...refusals);
  });
  for (let i = 0; i < 5_000; i++) {
    counter.note({ name: `worker-invented-${i}`, isKnown: false }, 'sign-in', null);
  }
  const users = Array.from({ length: 1_000 }, (_one, i) => `machine-${i}`);
  for (const name of users) counter.note({ name, isKnown: true }, 'publish', 'a/b');
  counter.flush();
  expect(told.filter(({ user }) => user.startsWith('worker-invented'))).toMatchObject([
    { user: 'worker-invented-4999', count: 5_000 },
  ]);
  expect(told.filter(({ what }) => what === 'publish').map(({ user }) => user)).toEqual(users);
});

it('what no column can keep is replaced before it is told', () => {
  const told: BusRefusal[] = [];
  const counter = new RefusalCounter((refusals) => told.push(...refusals));
  const name = `${'x'.repeat(159)}😀`;
  counter.note({ name, isKnown: false }, 'sign-in', 'a\u0000b');
  counter.flush();
  expect(told).toMatchObject([{ user: `${'x'.repeat(159)}\ufffd`, topic: 'a\ufffdb' }]);
});
