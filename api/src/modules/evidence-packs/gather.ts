import type { KeyObject } from 'node:crypto';
import type { Bilingual } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import { attestedLines } from '../../platform/audit/attested.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { findEvidenceKeys } from '../devices/evidence-keys.ts';
import { showWholeFor } from '../incidents/detail.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { SceneClipFiles } from '../scene-clips/open.ts';
import { findVerdicts } from '../violations/repository.ts';
import {
  type EvidenceKind,
  evidenceKinds,
  type MissingWhy,
  type PackedKey,
  type PackedSignature,
} from './format.ts';
import { gatherScene, type PackedSceneClip } from './gather-scene.ts';

/** A file of evidence that goes into a pack. */
export interface PackedEvidence {
  finding: string;
  kind: EvidenceKind;
  sha256: string;
  bytes: number;
}

/** A verdict that was given on a finding, the undone ones too. */
export interface PackedVerdict {
  violation: string;
  decision: string;
  reason: string | null;
  note: string | null;
  by: Bilingual;
  at: string;
}

/** Everything of a pack but the bytes of its evidence. */
export interface Gathered {
  incident: Awaited<ReturnType<typeof showWholeFor>>;
  verdicts: PackedVerdict[];
  evidence: PackedEvidence[];
  missing: { finding: string; kind: EvidenceKind; why: MissingWhy; sha256: string | null }[];
  scene: PackedSceneClip[];
  signatures: PackedSignature[];
  keys: PackedKey[];
  audit: NonNullable<Awaited<ReturnType<typeof attestedLines>>>;
}

/**
 * Reads what belongs to a pack of an incident.
 *
 * @param options.originals whether the pictures and videos that the workers signed go in.
 * @param options.account for whom: identities, and clips of other cameras, go in as far as the account sees them; null for none.
 * @returns null where a line of the audit log is not in the chain yet: it is a moment later.
 */
export async function gather(
  tx: Transaction,
  options: {
    tenant: string;
    incident: string;
    originals: boolean;
    account: Account | null;
    incidents: Pick<IncidentsService, 'find'>;
    sceneClips: SceneClipFiles;
    store: Pick<EvidenceStore, 'size'>;
    key: KeyObject;
  },
): Promise<Gathered | null> {
  const { tenant, originals, account, incidents, sceneClips, store, key } = options;
  const row = await incidents.find(tx, options.incident);
  const incident = await showWholeFor(tx, row, account);
  const ids = incident.members.map(({ violation }) => violation.id);
  const rows = await tx.violationSignature.findMany({
    where: { violationId: { in: ids } },
    orderBy: [{ violationId: 'asc' }, { recordedAt: 'asc' }],
  });
  const keyIds = [...new Set(rows.map(({ keyId }) => keyId))];
  const scene = await gatherScene(tx, { tenant, findings: ids, account, sceneClips, store });
  const audit = await attestedLines(tx, tenant, key, [
    { entity: 'incident', ids: [row.id] },
    { entity: 'violation', ids },
    { entity: 'scene-clip', ids: scene.map(({ id }) => id) },
    { entity: 'evidence-key', ids: keyIds },
  ]);
  if (!audit) return null;
  const verdicts: PackedVerdict[] = [];
  for (const violation of ids) {
    for (const { decision, reason, note, byName, at } of await findVerdicts(tx, violation)) {
      const by = byName as Bilingual;
      verdicts.push({ violation, decision, reason, note, by, at: at.toISOString() });
    }
  }
  return {
    incident,
    verdicts,
    audit,
    scene,
    ...(await evidenceOf(tx, { tenant, ids, originals, store })),
    signatures: rows.map(({ violationId, part, worker, state, keyId, statement, signature }) => ({
      violation: violationId,
      part: part as PackedSignature['part'],
      worker,
      state,
      key: keyId,
      statement,
      signature,
    })),
    keys: (await findEvidenceKeys(tx, keyIds)).map((one) => ({
      id: one.id,
      worker: one.worker,
      publicKey: one.publicKey,
      enrolledAt: one.enrolledAt.toISOString(),
      revokedAt: one.revokedAt?.toISOString() ?? null,
    })),
  };
}

async function evidenceOf(
  tx: Transaction,
  options: {
    tenant: string;
    ids: string[];
    originals: boolean;
    store: Pick<EvidenceStore, 'size'>;
  },
): Promise<Pick<Gathered, 'evidence' | 'missing'>> {
  const { tenant, ids, originals, store } = options;
  const violations = await tx.violation.findMany({
    where: { id: { in: ids } },
    orderBy: { id: 'asc' },
  });
  const removed = new Set(
    (
      await tx.purgedFile.findMany({
        where: {
          sha256: {
            in: violations.flatMap((one) =>
              [one.snapshotSha256, one.clipSha256, one.clipBoxesSha256].flatMap((sha) => sha ?? []),
            ),
          },
        },
      })
    ).map(({ sha256 }) => sha256),
  );
  const evidence: PackedEvidence[] = [];
  const missing: Gathered['missing'] = [];
  for (const one of violations) {
    const digests = {
      snapshot: one.snapshotSha256,
      clip: one.clipSha256,
      boxes: one.clipBoxesSha256,
    };
    for (const kind of evidenceKinds) {
      const sha256 = digests[kind];
      const lacks = (why: MissingWhy) => missing.push({ finding: one.id, kind, why, sha256 });
      if (sha256 === null) lacks('never-there');
      // Bounding boxes show no face: they go into every pack.
      else if (!originals && kind !== 'boxes') lacks('withheld');
      else {
        const bytes = await store.size(tenant, sha256);
        if (bytes === null) lacks(removed.has(sha256) ? 'removed' : 'lost');
        else evidence.push({ finding: one.id, kind, sha256, bytes });
      }
    }
  }
  return { evidence, missing };
}
