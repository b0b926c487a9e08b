import type { EdgeContent, EdgeList } from '@anshi/contracts';
import { edgeCardDigest, newEdgeKeyPair, signEdge } from '@anshi/contracts/edge-signature';
import { describe, expect, it } from 'vitest';
import { type Held, isInForce, permitFor, verifyList } from './permits.ts';

const key = newEdgeKeyPair();
const hashKey = 'h'.repeat(43);
const nonce = 'n'.repeat(22);
const T = Date.parse('2026-11-28T06:00:00Z');
const iso = (ms: number) => new Date(T + ms).toISOString();
const MINUTE = 60_000;

const entry = (card: string, more = {}) => ({
  card: edgeCardDigest(hashKey, card),
  kind: 'start' as const,
  target: 'welder-1',
  notBefore: iso(0),
  validUntil: iso(15 * MINUTE),
  ...more,
});
const list = (changes: Partial<EdgeList> = {}): EdgeList => ({
  version: 1,
  device: 'welder-1-reader',
  sequence: 7,
  issuedAt: iso(0),
  expiresAt: iso(15 * MINUTE),
  hashKey,
  machine: 'welder-1',
  area: null,
  entries: [entry('card-1'), entry('card-2', { validUntil: iso(5 * MINUTE) })],
  ...changes,
});
const signed = (changes: Partial<EdgeList> = {}, given: Partial<EdgeContent> = {}, by = key) => {
  const content: EdgeContent = { nonce, now: iso(1_000), list: list(changes), ...given };
  return signEdge(by.privateKey, by.keyId, JSON.stringify(content));
};
const { keyId, publicKey } = key;
const expected = { device: 'welder-1-reader', nonce, keyId, publicKey, highest: 7 };

describe('a list', () => {
  it('of the pinned key, for this request and device, is taken', () => {
    expect(verifyList(signed(), expected)).toEqual({ list: list(), apiNow: T + 1_000 });
  });

  it('of another device, key, request or time is refused with the reason', () => {
    const other = newEdgeKeyPair();
    const faultOf = (one: ReturnType<typeof signed>) => verifyList(one, expected);
    expect(faultOf(signed({ device: 'press-1-reader' }))).toEqual({ fault: 'other-device' });
    expect(faultOf(signed({}, {}, other))).toEqual({ fault: 'other-key' });
    // Another key under the name of the pinned one.
    expect(faultOf({ ...signed({}, {}, other), keyId })).toEqual({ fault: 'signature' });
    expect(faultOf(signed({ sequence: 6 }))).toEqual({ fault: 'replayed' });
    expect(faultOf(signed({}, { nonce: 'm'.repeat(22) }))).toEqual({ fault: 'replayed' });
    const changed = signed();
    expect(
      faultOf({ ...changed, content: changed.content.replace('welder-1"', 'welder-2"') }),
    ).toEqual({ fault: 'signature' });
    expect(faultOf(signEdge(key.privateKey, keyId, 'no JSON'))).toEqual({ fault: 'signature' });
  });
});

describe('a permit', () => {
  /** Asked for at 100 s of this start of the machine, and there at 102 s. */
  const held: Held = {
    list: list(),
    apiNow: T + 1_000,
    askedBoot: 100_000,
    gotBoot: 102_000,
    gotWall: T + 1_000,
    bootId: 'boot-1',
  };
  const asked = { kind: 'start', target: 'welder-1', card: 'card-1' } as const;
  /** @param ahead by how much the clock of the wall ran faster, ms. */
  const inForce = (bootMs: number, bootId: string, ahead = 0) =>
    isInForce(held, { bootMs, bootId, wallMs: held.gotWall + bootMs - held.gotBoot + ahead });

  it('counts for its card, in either case as the reader says it, at its machine alone', () => {
    expect(permitFor(held, asked, 103_000)).toMatchObject({ target: 'welder-1' });
    expect(permitFor(held, { ...asked, card: 'CARD-1' }, 103_000)).not.toBeNull();
    for (const other of [
      { ...asked, card: 'card-3' },
      { ...asked, target: 'welder-2' },
      { ...asked, kind: 'entry' as const },
    ]) {
      expect(permitFor(held, other, 103_000)).toBeNull();
    }
  });

  it('of two cards that differ by case only says nothing', () => {
    const twins = { ...held, list: list({ entries: [entry('Card-1'), entry('card-1')] }) };
    expect(permitFor(twins, { ...asked, card: 'Card-1' }, 103_000)).toBeNull();
  });

  it('ends by the time since the start of the machine, counted from the request', () => {
    const last = 100_000 + 5 * MINUTE - 1_000;
    const short = { ...asked, card: 'card-2' };
    expect(permitFor(held, short, last - 1)).not.toBeNull();
    expect(permitFor(held, short, last)).toBeNull();
    expect(permitFor(held, asked, last)).not.toBeNull();
    expect(inForce(100_000 + 14 * MINUTE - 1_001, 'boot-1')).toBe(true);
    expect(inForce(100_000 + 14 * MINUTE + 59_000, 'boot-1')).toBe(false);
  });

  it('says nothing after another start of the machine, whatever its clock says', () => {
    expect(inForce(103_000, 'boot-2')).toBe(false);
    expect(inForce(50_000, 'boot-1')).toBe(false);
  });

  it('says nothing after the machine was paused with its clock', () => {
    expect(inForce(103_000, 'boot-1', 60_000)).toBe(true);
    expect(inForce(103_000, 'boot-1', 61_000)).toBe(false);
    // A clock that was set back says nothing.
    expect(inForce(103_000, 'boot-1', -3_600_000)).toBe(true);
  });

  it('counts not before its time by the clock of the API', () => {
    const later = {
      ...held,
      list: list({ entries: [entry('card-1', { notBefore: iso(3_000) })] }),
    };
    expect(permitFor(later, asked, 103_999)).toBeNull();
    expect(permitFor(later, asked, 104_000)).not.toBeNull();
  });
});
