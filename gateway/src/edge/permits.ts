import {
  type EdgeEntry,
  type EdgeFault,
  type EdgeList,
  type EdgeSigned,
  edgeContent,
} from '@anshi/contracts';
import { edgeCardDigest, verifyEdge } from '@anshi/contracts/edge-signature';

/** A list that was taken, with the time of the API by the clock of this start of the machine. */
export interface Held {
  readonly list: EdgeList;
  /** The clock of the API when it signed, ms. */
  readonly apiNow: number;
  /** Time since the start of the machine when the list was asked for, and when it came, ms. */
  readonly askedBoot: number;
  readonly gotBoot: number;
  /** The clock that can be set, when the list came, ms since 1970. */
  readonly gotWall: number;
  readonly bootId: string;
}

/** A clock that counts since the start stands while a virtual machine is paused: the wall is then ahead by more, ms. */
const PAUSED_MS = 60_000;

/** What a list has to be to be taken. */
export interface Expected {
  readonly device: string;
  readonly nonce: string;
  readonly keyId: string;
  /** The pinned key. */
  readonly publicKey: string;
  /** The highest sequence that was ever taken. */
  readonly highest: number;
}

/**
 * Whether a list may be taken: signed by the pinned key, for this request and this device, and not older than one that
 * was taken before.
 */
export function verifyList(
  signed: EdgeSigned,
  { device, nonce, keyId, publicKey, highest }: Expected,
): { list: EdgeList; apiNow: number } | { fault: EdgeFault } {
  if (signed.keyId !== keyId) return { fault: 'other-key' };
  if (!verifyEdge(publicKey, signed)) return { fault: 'signature' };
  let content: unknown;
  try {
    content = JSON.parse(signed.content);
  } catch {
    return { fault: 'signature' };
  }
  const read = edgeContent.safeParse(content);
  if (!read.success) return { fault: 'signature' };
  const { list, now, nonce: given } = read.data;
  if (list.device !== device) return { fault: 'other-device' };
  if (given !== nonce || list.sequence < highest) return { fault: 'replayed' };
  return { list, apiNow: Date.parse(now) };
}

/** The time of the API: between the two, as the way of the answer took its time, whole ms since 1970. */
export const apiTime = (held: Held, bootMs: number): { earliest: number; latest: number } => ({
  earliest: Math.floor(held.apiNow + (bootMs - held.gotBoot)),
  latest: Math.ceil(held.apiNow + (bootMs - held.askedBoot)),
});

/**
 * Whether a list counts: an anchor of an earlier start of the machine says nothing, nor does one from before the machine
 * was paused.
 */
export function isInForce(
  held: Held,
  { bootMs, bootId, wallMs }: { bootMs: number; bootId: string; wallMs: number },
): boolean {
  if (held.bootId !== bootId || bootMs < held.gotBoot) return false;
  if (wallMs - held.gotWall > bootMs - held.gotBoot + PAUSED_MS) return false;
  return apiTime(held, bootMs).latest < Date.parse(held.list.expiresAt);
}

/**
 * The permit of a card at an instant; null where there is none, or where two cards that differ by case only have one.
 *
 * @param bootMs the clock of this start of the machine: one that was set back prolongs nothing.
 */
export function permitFor(
  held: Held,
  { kind, target, card }: { kind: EdgeEntry['kind']; target: string; card: string },
  bootMs: number,
): EdgeEntry | null {
  const { earliest, latest } = apiTime(held, bootMs);
  const { hashKey, entries } = held.list;
  const digests = new Set([
    edgeCardDigest(hashKey, card),
    edgeCardDigest(hashKey, card.toLowerCase()),
  ]);
  const found = entries.filter(
    (one) => digests.has(one.card) && one.kind === kind && one.target === target,
  );
  const [permit] = found;
  if (found.length !== 1 || !permit) return null;
  const counts = Date.parse(permit.notBefore) <= earliest && latest < Date.parse(permit.validUntil);
  return counts ? permit : null;
}
