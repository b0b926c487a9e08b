import { describe, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { reachSql } from './reach.ts';

const account = (scope: string | null, more: Partial<Account> = {}) =>
  ({
    id: 'U1',
    person: 'P1',
    site: 'plant-1',
    departments: ['press', 'press-a'],
    permissions: new Map(scope === null ? [] : [['person:read', scope]]),
    ...more,
  }) as unknown as Account;
const columns = {
  site: Prisma.sql`s.site`,
  department: Prisma.sql`s.department_id`,
  own: ({ user }: { user: string }) => Prisma.sql`s.made_by = ${user}`,
};
const sql = (one: Account, on: Parameters<typeof reachSql>[2] = columns) => {
  const { sql, values } = reachSql(one, 'person:read', on);
  return [sql, ...values];
};

describe('the rows within a permission’s reach', () => {
  it('are all, those of the site, of the departments, or its own', () => {
    expect(sql(account('all'))).toEqual(['TRUE']);
    expect(sql(account('site'))).toEqual(['(s.site = ? OR s.made_by = ?)', 'plant-1', 'U1']);
    expect(sql(account('department'))).toEqual([
      '(s.department_id = ANY(?) OR s.made_by = ?)',
      ['press', 'press-a'],
      'U1',
    ]);
    expect(sql(account('own'))).toEqual(['(s.made_by = ?)', 'U1']);
  });

  it('are its own where the account has no site or department', () => {
    expect(sql(account('site', { site: null }))).toEqual(['(s.made_by = ?)', 'U1']);
    expect(sql(account('department', { departments: [] }))).toEqual(['(s.made_by = ?)', 'U1']);
  });

  it('are none where the rows have no such column', () => {
    expect(sql(account('site'), { department: columns.department })).toEqual(['FALSE']);
    expect(sql(account('own'), { site: columns.site })).toEqual(['FALSE']);
  });

  it('are refused without the permission', () => {
    expect(() => sql(account(null))).toThrow(expect.objectContaining({ code: 'auth.forbidden' }));
  });
});
