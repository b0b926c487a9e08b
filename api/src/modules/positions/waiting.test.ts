import type { Location } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { WaitingPositions } from './waiting.ts';

const read = (badge: string, n: number) => ({
  location: { provider_id: badge } as Location,
  arrivedAt: new Date(n).toISOString(),
});
const shown = (waiting: WaitingPositions) =>
  waiting
    .takeAll()
    .map(({ location, arrivedAt }) => `${location.provider_id} ${Date.parse(arrivedAt)}`);

it('a burst of one badge loses its own oldest, and none of another badge', () => {
  const waiting = new WaitingPositions({ mostOfBadge: 2, most: 10 });
  let lost = waiting.add(read('other', 0)) as number;
  for (let n = 1; n <= 50; n++) lost += waiting.add(read('burst', n));
  lost += waiting.add(read('other', 51));
  expect([waiting.size, lost]).toEqual([4, 48]);
  expect(shown(waiting)).toEqual(['other 0', 'burst 49', 'burst 50', 'other 51']);
  expect(shown(waiting)).toEqual([]);
});

it('is bounded where each badge is another one: the oldest goes', () => {
  const waiting = new WaitingPositions({ mostOfBadge: 2, most: 3 });
  const lost = [1, 2, 3, 4, 5].map((n) => waiting.add(read(`b${n}`, n)));
  expect(lost).toEqual([0, 0, 0, 1, 1]);
  expect(shown(waiting)).toEqual(['b3 3', 'b4 4', 'b5 5']);
});
