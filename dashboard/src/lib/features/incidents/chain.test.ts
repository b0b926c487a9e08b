import { expect, it } from 'vitest';
import { eventsOf, kindsWithEvents, partOf } from './chain.ts';
import type { Chain } from './chain-api.ts';

const text = (en: string) => ({ zh: `中${en}`, en });
const kind = (name: string, part: Chain['kinds'][number]['part']) => ({
  kind: name,
  name: text(name),
  part,
  more: false,
});
const item = (of: string, part: Chain['items'][number]['part'], at: string | null) => ({
  kind: of,
  id: `${of}-${at}`,
  part,
  at,
  until: null,
  title: text(of),
  detail: null,
  tone: 'neutral' as const,
  link: null,
});
const chain: Chain = {
  incident: '01J00000000000000000000000',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:05Z',
  kinds: [kind('fence', 'before'), kind('permit', 'before'), kind('finding', 'during')],
  items: [
    item('fence', 'before', null),
    item('finding', 'during', '2026-01-01T00:00:00Z'),
    item('finding', 'during', '2026-01-01T00:00:05Z'),
  ],
};

it('a part has the kinds with entries apart from those without', () => {
  const { found, empty } = partOf(chain, 'before');
  expect(found.map(({ kind: of, items }) => [of.kind, items.length])).toEqual([['fence', 1]]);
  expect(empty.map((of) => of.kind)).toEqual(['permit']);
  expect(partOf(chain, 'after')).toEqual({ found: [], empty: [] });
});

it('the timeline has what happened at an instant, of the kinds that are shown', () => {
  expect(eventsOf(chain).length).toBe(2);
  expect(eventsOf(chain, ['finding'])).toEqual([]);
  expect(kindsWithEvents(chain).map((of) => of.kind)).toEqual(['finding']);
});
