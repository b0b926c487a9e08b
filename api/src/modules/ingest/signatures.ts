import { isDeepStrictEqual } from 'node:util';
import { receivedViolationEvent, type ViolationEvent } from '@anshi/contracts';
import {
  type EvidenceSeal,
  type EvidenceStatement,
  readSeal,
  sealOf,
  statementDigest,
} from '@anshi/contracts/evidence-signature';
import type { Transaction } from '../../platform/db/database.ts';
import { evidenceKeyState, findEvidenceKey } from '../devices/evidence-keys.ts';

/** What is found of the signature of an event when it is recorded; an event without one has none. */
export type SignatureState = 'signed' | 'unknown-key' | 'other-worker' | 'revoked-key' | 'wrong';

export interface JudgedSeal {
  readonly part: 'confirmed' | 'ended' | 'clip';
  readonly state: SignatureState;
  readonly seal: EvidenceSeal;
}

const parts = {
  'cn.anshi.violation.confirmed.v2': 'confirmed',
  'cn.anshi.violation.ended.v1': 'ended',
  'cn.anshi.violation.clip-ready.v1': 'clip',
} as const;

/**
 * Looks whether the worker signed what its event says. A wrong signature loses no violation: it is
 * recorded with what is wrong.
 *
 * @returns null for an event without a signature, for a rendition, for who it was, and for a path after it.
 */
export async function judgeSeal(
  tx: Transaction,
  tenant: string,
  worker: string,
  event: ViolationEvent,
): Promise<JudgedSeal | null> {
  // A rendition is no evidence: its original is signed.
  if (event.type === 'cn.anshi.violation.blurred.v1') return null;
  // Handles say nothing without the API, which resolves them: its audit log has what it took for true.
  if (event.type === 'cn.anshi.violation.identified.v1') return null;
  // It decides what is reviewed together, and is no evidence of the act.
  if (event.type === 'cn.anshi.violation.followed.v1') return null;
  const seal = sealOf(event);
  if (!seal) return null;
  const judged = (state: SignatureState): JudgedSeal => ({ part: parts[event.type], state, seal });
  const key = await findEvidenceKey(tx, seal.key);
  if (!key) return judged('unknown-key');
  if (key.worker !== worker) return judged('other-worker');
  const statement = readSeal(key.publicKey, seal);
  if (!statement || !isOf(statement, tenant, worker, event)) return judged('wrong');
  return judged(evidenceKeyState(key) === 'revoked' ? 'revoked-key' : 'signed');
}

/** Whether the statement is about this event, with the same facts. */
function isOf(
  statement: EvidenceStatement,
  tenant: string,
  worker: string,
  event: ViolationEvent,
): boolean {
  if (statement.tenant !== tenant || statement.worker !== worker) return false;
  if (statement.event !== event.id || statement.type !== event.type) return false;
  // Read as the event was: a field of a later version is not compared, and none is made up.
  const read = receivedViolationEvent.safeParse({ ...event, data: statement.data });
  return read.success && isDeepStrictEqual(read.data.data, event.data);
}

/** Keeps what was signed, for as long as the record. */
export async function noteSeal(
  tx: Transaction,
  tenantId: string,
  worker: string,
  violationId: string,
  { part, state, seal }: JudgedSeal,
): Promise<void> {
  const { key: keyId, statement, signature } = seal;
  await tx.violationSignature.createMany({
    data: [{ tenantId, violationId, part, worker, state, keyId, statement, signature }],
    skipDuplicates: true,
  });
}

/** What the audit line of the event says of its signature: with it the chain covers both. */
export const countersigned = (judged: JudgedSeal | null): Record<string, unknown> =>
  judged
    ? {
        part: judged.part,
        signature: judged.state,
        signedBy: judged.seal.key,
        statement: statementDigest(judged.seal.statement),
      }
    : { signature: 'unsigned' };
