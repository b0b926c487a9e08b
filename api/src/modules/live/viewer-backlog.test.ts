import { expect, it } from 'vitest';
import { ViewerBacklog } from './viewer-backlog.ts';

const SECOND = 100 * 1024;

it('a viewer that answers its pings is never slow, whatever was sent in all', () => {
  const backlog = new ViewerBacklog();
  for (let now = 0; now < 60_000; now += 1_000) {
    backlog.sent(SECOND);
    expect(backlog.isSlow(now)).toBe(false);
    const ping = backlog.ping(now);
    backlog.sent(SECOND / 10);
    backlog.pong(ping);
  }
});

it('a viewer is slow by what is on its way, also where a ping is answered late', () => {
  const backlog = new ViewerBacklog();
  const first = backlog.ping(0);
  backlog.sent(3 * SECOND);
  expect(backlog.isSlow(1)).toBe(true);
  // It was sent before the pictures: nothing of them has arrived.
  backlog.pong(first);
  expect(backlog.isSlow(2)).toBe(true);
  backlog.pong(backlog.ping(3));
  expect(backlog.isSlow(4)).toBe(false);
});

it('a viewer is slow after 1.5 s without an answer, and gone after 30 s', () => {
  const backlog = new ViewerBacklog();
  backlog.ping(0);
  const second = backlog.ping(1_000);
  expect([backlog.isSlow(1_500), backlog.isSlow(1_600)]).toEqual([false, true]);
  expect([backlog.isGone(30_000), backlog.isGone(30_001)]).toEqual([false, true]);
  // A pong of no ping answers nothing; the newest one answers all before it.
  backlog.pong('nonsense');
  expect(backlog.isSlow(1_600)).toBe(true);
  backlog.pong(second);
  expect(backlog.isSlow(1_600)).toBe(false);
});
