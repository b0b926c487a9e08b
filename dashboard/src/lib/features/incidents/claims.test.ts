import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { defaultFilters } from '$lib/features/violations/filters.ts';
import { incidentOf } from '../../../test/incident.ts';
import { IncidentClaims, initials } from './claims.svelte.ts';
import type { Claim, claimsApi } from './claims-api.ts';
import { IncidentQueue } from './incident-queue.svelte.ts';

const me = { id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } };
const other = { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } };
const idOf = (number: number): string => incidentOf(number).id;
const START = Date.parse('2026-11-25T06:00:00.000Z');
let held: Map<string, Claim>;
let put: string[];

const claimOf = (number: number, by = other, minutes = 10): Claim => ({
  incident: idOf(number),
  kind: 'claim',
  by,
  from: null,
  since: new Date(Date.now()).toISOString(),
  until: new Date(Date.now() + 60_000 * minutes).toISOString(),
});
const api = {
  list: async () => ({
    items: [...held.values()].filter(({ until }) => Date.parse(until) > Date.now()),
  }),
  claim: async ({ id }: { id: string }) => {
    put.push(id);
    const known = held.get(id);
    if (known && known.by.id !== me.id) throw new ApiError(409, 'incident.claimed', 'x');
    const claim = { ...claimOf(0, me), incident: id };
    held.set(id, claim);
    return claim;
  },
  release: async ({ id }: { id: string }) => void held.delete(id),
} as unknown as typeof claimsApi;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  held = new Map();
  put = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe('who looks at an incident', () => {
  it('is known until the claim ends, also without a word of the API', async () => {
    held.set(idOf(10), claimOf(10));
    const changed: string[][] = [];
    const claims = new IncidentClaims({
      me: () => 'u1',
      api,
      onchange: (ids) => changed.push(ids),
    });
    await claims.load();
    expect(claims.others(idOf(10))?.by).toEqual(other);
    expect(claims.isMine(idOf(10))).toBe(false);
    await vi.advanceTimersByTimeAsync(601_000);
    expect(claims.of(idOf(10))).toBeNull();
    expect(changed).toEqual([[idOf(10)], [idOf(10)]]);
  });

  it('is not asked for all the time where the clock of the browser runs ahead', async () => {
    const list = vi.fn(async () => ({ items: [claimOf(10, other, -5)] }));
    const claims = new IncidentClaims({ me: () => 'u1', api: { ...api, list } });
    await claims.load();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(list).toHaveBeenCalledTimes(5);
  });

  it('is oneself, renewed while the incident is on the screen', async () => {
    const claims = new IncidentClaims({ me: () => 'u1', api });
    await claims.claim(idOf(10));
    expect([claims.isMine(idOf(10)), claims.others(idOf(10))]).toEqual([true, null]);
    const stop = claims.keep(idOf(10));
    await vi.advanceTimersByTimeAsync(900_000);
    expect(put).toHaveLength(4);
    expect(claims.isMine(idOf(10))).toBe(true);
    stop();
    await vi.advanceTimersByTimeAsync(660_000);
    expect(claims.of(idOf(10))).toBeNull();
    // What is not one's own is not renewed.
    held.set(idOf(20), claimOf(20));
    await claims.load();
    claims.keep(idOf(20));
    await vi.advanceTimersByTimeAsync(300_000);
    expect(put).toHaveLength(4);
    await claims.claim(idOf(10));
    await claims.release(idOf(10));
    expect(claims.of(idOf(10))).toBeNull();
  });

  it('is not read for one who may not review', () => {
    const list = vi.fn();
    const claims = new IncidentClaims({ me: () => null, api: { ...api, list } });
    claims.follow()();
    expect(list).not.toHaveBeenCalled();
  });

  it('is shown by initials', () => {
    expect(['李值班', 'Li Zhiban', 'Anna Maria Berg', ''].map(initials)).toEqual([
      '李',
      'LZ',
      'AB',
      '',
    ]);
  });
});

it('the list of what is free leaves out what others have, also as the claims change', async () => {
  const claims: IncidentClaims = new IncidentClaims({
    me: () => 'u1',
    api,
    onchange: (ids) => void queue.claimsChanged(ids),
  });
  const queue: IncidentQueue = new IncidentQueue(
    {
      list: async () => ({ items: [30, 20, 10].map((number) => incidentOf(number)), next: null }),
      get: async (id) => incidentOf([30, 20, 10].find((one) => idOf(one) === id) ?? 0),
      decide: async () => incidentOf(10),
    },
    () => me,
    undefined,
    claims,
  );
  await queue.load({ ...defaultFilters, claim: 'free' });
  const listed = () => queue.items.map(({ id }) => [30, 20, 10].find((one) => idOf(one) === id));
  held.set(idOf(20), claimOf(20));
  await claims.load();
  await vi.advanceTimersByTimeAsync(0);
  expect(listed()).toEqual([30, 10]);
  // The next one is the next that is free.
  await queue.select(idOf(30));
  expect(queue.neighbour(1)).toBe(idOf(10));
  held.clear();
  await claims.load();
  await vi.advanceTimersByTimeAsync(0);
  expect(listed()).toEqual([30, 20, 10]);
});

it('many claims at once are one request for the list, not one for each', async () => {
  const list = vi.fn(async () => ({ items: [incidentOf(30)], next: null }));
  const get = vi.fn(async () => incidentOf(0));
  const queue = new IncidentQueue({ list, get, decide: get }, () => me, undefined, {
    isMine: () => false,
    others: () => null,
  });
  await queue.load({ ...defaultFilters, claim: 'free' });
  await queue.claimsChanged(Array.from({ length: 1_000 }, (_, n) => idOf(1_000 + n)));
  expect([list.mock.calls.length, get.mock.calls.length]).toEqual([2, 0]);
});
