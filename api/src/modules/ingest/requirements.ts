import type { EvidenceFile, ViolationConfirmed } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { whoHeld } from '../cameras/who-held.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';
import type { EvidenceType } from './evidence-types.ts';
import { fenceConfirmed } from './fencing.ts';
import { Never, NotYet } from './not-taken.ts';
import * as rows from './repository.ts';

/* What must be so before an event of a worker is recorded. */

/**
 * @throws NotYet where a file is missing in the record or on the disk; Never where it is of
 * another kind than the place it is named for, or where another worker stored it.
 */
export async function requireEvidence(
  tx: Transaction,
  { store, tenant }: { store: Pick<EvidenceStore, 'size'>; tenant: string },
  source: string,
  wanted: [kind: EvidenceType, file: EvidenceFile | null][],
): Promise<void> {
  const files = wanted.flatMap(([kind, file]) => (file ? [{ kind, sha256: file.sha256 }] : []));
  const known = await rows.storedEvidence(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  for (const { kind, sha256 } of files) {
    const stored = known.get(sha256);
    if (stored === undefined || (await store.size(tenant, sha256)) === null) {
      throw new NotYet(`the evidence ${sha256} is not stored yet`);
    }
    if (stored.mediaType !== kind) {
      throw new Never(
        `the evidence ${sha256} is stored as ${stored.mediaType}, and ${kind} is needed`,
      );
    }
    const { storedBy } = stored;
    if (storedBy.length > 0 && !storedBy.some((worker) => source === `/vision/${worker}`)) {
      throw new Never(`the evidence ${sha256} was stored by another worker`, 'evidence');
    }
  }
}

/** @throws NotYet where the violation is unknown; Never where another worker recorded it. */
export async function requireOwn(
  tx: Transaction,
  source: string,
  violation: string,
): Promise<void> {
  const recordedBy = await rows.sourceOf(tx, violation);
  if (recordedBy === null) throw new NotYet(`the violation ${violation} is not known yet`);
  if (recordedBy !== source) {
    throw new Never(`the violation ${violation} was recorded by ${recordedBy}`, 'sender');
  }
}

/**
 * @throws NotYet where the worker never held the camera, or where it is not certain who held it; Never
 * where another one held it without a break around that time.
 */
export async function requireHeld(
  tx: Transaction,
  worker: string,
  data: ViolationConfirmed['data'],
): Promise<void> {
  const { camera, confirmedAt } = data;
  const fenced = await fenceConfirmed(tx, worker, data);
  if (fenced === 'its') return;
  if (fenced !== 'by-times') throw new Never(fenced.refused, 'camera');
  const held = await whoHeld(tx, camera, worker, new Date(confirmedAt));
  if (held === 'itself') return;
  if (held === 'unknown') {
    throw new NotYet(`the camera ${camera} is not held by the worker ${worker}`, 'camera');
  }
  const reason = `the camera ${camera} was held by the worker ${held.other} at ${confirmedAt}`;
  if (held.isSure) throw new Never(reason, 'camera');
  throw new NotYet(`${reason}, which may have taken it or lost it just then`, 'camera');
}

/** @throws NotYet where the worker's credential is revoked: it may be given a new one. */
export async function requireCredential(tx: Transaction, worker: string): Promise<void> {
  if (await isWorkerRevoked(tx, worker)) {
    throw new NotYet(`the credential of the worker ${worker} is revoked`, 'revoked');
  }
}
