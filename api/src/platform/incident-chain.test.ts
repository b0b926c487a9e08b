import { expect, it } from 'vitest';
import type { Account } from './access/account.ts';
import { personLink } from './incident-chain.ts';

const person = {
  id: 'p1',
  name: 'A',
  ids: ['p1', 'p0'],
  place: { department: 'press', site: 'main' },
};
const account = (part: Partial<Account>): Account =>
  ({
    id: 'u1',
    person: null,
    site: 'main',
    departments: ['press'],
    permissions: new Map(),
    ...part,
  }) as Account;
const reads = (scope: 'all' | 'department') => new Map([['person:read', scope]] as const);

it('leads people to their own page, also from a file that was joined with theirs', () => {
  for (const own of ['p1', 'p0']) {
    expect(personLink(account({ person: own }), person, '/me/violations')).toBe('/me/violations');
  }
});

it('leads to the file with the right over that person, and else nowhere', () => {
  const link = (part: Partial<Account>, of = person) =>
    personLink(account(part), of, '/me/violations');
  expect(link({ permissions: reads('all') })).toBe('/people/p1/file');
  expect(link({ permissions: reads('department') })).toBe('/people/p1/file');
  expect(link({ permissions: reads('department'), departments: ['store'] })).toBeNull();
  expect(link({})).toBeNull();
});
