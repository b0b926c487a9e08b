import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { followAccountSettings } from './account-settings.ts';
import { Setting } from './setting.svelte.ts';

interface Look {
  tiles: number;
  names: boolean;
}
interface Stored {
  key: string;
  value: unknown;
  version: number;
  updatedAt: string;
}

const isLook = (value: unknown): value is Look =>
  typeof (value as Look | null)?.tiles === 'number' && typeof (value as Look).names === 'boolean';
const look = new Setting<Look>({
  key: 'look',
  copy: 'anshi.test.look',
  usual: () => ({ tiles: 4, names: true }),
  parse: (value) => (isLook(value) ? value : null),
});

/** An account with one row, as the API keeps it. */
function account(row: Stored | null) {
  const of = {
    row,
    isReachable: true,
    list: vi.fn(async () => {
      if (!of.isReachable) throw new ApiError(0, 'network', 'not reachable');
      return { items: of.row ? [of.row] : [] };
    }),
    put: vi.fn(async ({ key }: { key: string }, body: { version: number; value?: unknown }) => {
      if (!of.isReachable) throw new ApiError(0, 'network', 'not reachable');
      if (body.version !== (of.row?.version ?? 0)) {
        const body = { current: of.row };
        throw new ApiError(409, 'setting.version-conflict', 'set meanwhile', body);
      }
      of.row = { key, value: body.value, version: (of.row?.version ?? 0) + 1, updatedAt: '' };
      return of.row;
    }),
  };
  return of;
}
const row = (value: unknown, version = 1): Stored => ({
  key: 'look',
  value,
  version,
  updatedAt: '',
});
const follow = (of: ReturnType<typeof account>, user = 'u1') =>
  followAccountSettings(user, of as unknown as Parameters<typeof followAccountSettings>[1]);

beforeEach(() => {
  localStorage.clear();
  look.adopt({ tiles: 4, names: true });
});

it('takes what the account has, and keeps it in the browser', async () => {
  const stop = follow(account(row({ tiles: 9, names: false })));
  await vi.waitFor(() => expect(look.value).toEqual({ tiles: 9, names: false }));
  expect(JSON.parse(localStorage.getItem('anshi.test.look') ?? '')).toEqual(look.value);
  stop();
});

it('leaves the choice of this browser where the account has none, or one of another version', async () => {
  for (const of of [account(null), account(row({ tiles: 'many' }))]) {
    const stop = follow(of);
    await vi.waitFor(() => expect(of.list).toHaveBeenCalled());
    look.change((value) => ({ ...value, names: false }));
    await vi.waitFor(() => expect(of.row?.value).toEqual({ tiles: 4, names: false }));
    stop();
    look.adopt({ tiles: 4, names: true });
  }
});

it('makes a change again on the value that another window set meanwhile', async () => {
  const of = account(row({ tiles: 4, names: true }));
  const stop = follow(of);
  await vi.waitFor(() => expect(of.list).toHaveBeenCalled());
  of.row = row({ tiles: 16, names: true }, 7);
  look.change((value) => ({ ...value, names: false }));
  await vi.waitFor(() => expect(of.row).toMatchObject({ version: 8 }));
  expect(of.row.value).toEqual({ tiles: 16, names: false });
  expect(look.value).toEqual({ tiles: 16, names: false });
  stop();
});

it('sends a choice that was made without a connection at the next start, and of this account only', async () => {
  const of = account(row({ tiles: 4, names: true }));
  of.isReachable = false;
  const stop = follow(of);
  look.change((value) => ({ ...value, tiles: 1 }));
  await vi.waitFor(() => expect(of.put).toHaveBeenCalled());
  stop();
  of.isReachable = true;
  const other = account(row({ tiles: 9, names: true }));
  const stopOther = follow(other, 'u2');
  await vi.waitFor(() => expect(look.value.tiles).toBe(9));
  expect(other.put).not.toHaveBeenCalled();
  stopOther();
  look.adopt({ tiles: 1, names: true });
  const stopOwn = follow(of);
  await vi.waitFor(() => expect(of.row?.value).toEqual({ tiles: 1, names: true }));
  stopOwn();
});

it('a change made without a connection leaves the fields alone that another device set meanwhile', async () => {
  const of = account(row({ tiles: 4, names: true }));
  const before = follow(of);
  await vi.waitFor(() => expect(of.list).toHaveBeenCalled());
  before();
  of.isReachable = false;
  const stop = follow(of);
  look.change((value) => ({ ...value, names: false }));
  await vi.waitFor(() => expect(of.put).toHaveBeenCalled());
  stop();
  // Another device, with a connection.
  of.row = row({ tiles: 16, names: true }, 5);
  of.isReachable = true;
  const next = follow(of);
  await vi.waitFor(() => expect(of.row).toMatchObject({ version: 6 }));
  expect(of.row.value).toEqual({ tiles: 16, names: false });
  expect(look.value).toEqual({ tiles: 16, names: false });
  expect(localStorage.getItem('anshi.settings.unsent.u1')).toBeNull();
  next();
});

it('sends what an older version kept as unsent', async () => {
  localStorage.setItem('anshi.settings.unsent.u1', JSON.stringify(['look']));
  look.adopt({ tiles: 9, names: false });
  const of = account(row({ tiles: 4, names: true }, 3));
  const stop = follow(of);
  await vi.waitFor(() => expect(of.row).toMatchObject({ version: 4 }));
  expect(of.row?.value).toEqual({ tiles: 9, names: false });
  stop();
});

it('sends nothing after the sign-out', async () => {
  const of = account(null);
  const stop = follow(of);
  await vi.waitFor(() => expect(of.list).toHaveBeenCalled());
  stop();
  look.set({ tiles: 1, names: false });
  await Promise.resolve();
  expect(of.put).not.toHaveBeenCalled();
});

it('a choice that depends on the account is not taken over by the next account, unless the API is away', async () => {
  const own = new Setting<Look>({
    key: 'own-look',
    copy: 'anshi.test.own-look',
    usual: () => ({ tiles: 4, names: true }),
    parse: (value) => (isLook(value) ? value : null),
    ofAccount: true,
  });
  own.adopt({ tiles: 1, names: false });
  const away = account(null);
  away.isReachable = false;
  const stopAway = follow(away);
  await vi.waitFor(() => expect(away.list).toHaveBeenCalled());
  stopAway();
  expect(own.value.tiles).toBe(1);
  const stop = follow(account(null), 'u2');
  await vi.waitFor(() => expect(own.value).toEqual({ tiles: 4, names: true }));
  stop();
});

it('says when the value of the account was asked for, also where it could not be had', async () => {
  const fresh = (key: string) =>
    new Setting<Look>({
      key,
      copy: `anshi.test.${key}`,
      usual: () => ({ tiles: 4, names: true }),
      parse: () => null,
    });
  const first = fresh('look-asked');
  expect(first.isCompared).toBe(false);
  const stop = followAccountSettings('u1', account(null));
  await vi.waitFor(() => expect(first.isCompared).toBe(true));
  stop();
  const of = account(null);
  of.isReachable = false;
  const second = fresh('look-unreachable');
  const end = followAccountSettings('u1', of);
  await vi.waitFor(() => expect(second.isCompared).toBe(true));
  end();
});
