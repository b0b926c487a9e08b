import type { Bilingual } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { SceneClipFiles } from '../scene-clips/open.ts';
import { type MissingWhy, sceneClipFile } from './format.ts';

/** A clip of another camera at the place of a finding; `sha256` is that of its rendition with blurred faces. */
export interface PackedSceneClip {
  id: string;
  finding: string;
  camera: string;
  cameraName: Bilingual;
  from: string | null;
  to: string | null;
  durationSeconds: number | null;
  partial: boolean | null;
  /** Why the worker had none. */
  missingReason: string | null;
  sha256: string | null;
  /** Where it lies in the pack, and how many bytes it has; or why it is not there. */
  file: { path: string; bytes: number } | null;
  why: MissingWhy | null;
}

/**
 * Reads the clips of the other cameras of findings. Only renditions with blurred faces go into a pack, also into one
 * with originals: these clips have no way to the original.
 *
 * @param options.account for whom: clips of cameras that the account may not see are left out; null for none.
 */
export async function gatherScene(
  tx: Transaction,
  options: {
    tenant: string;
    findings: readonly string[];
    account: Account | null;
    sceneClips: SceneClipFiles;
    store: Pick<EvidenceStore, 'size'>;
  },
): Promise<PackedSceneClip[]> {
  const { tenant, findings, account, sceneClips, store } = options;
  if (account === null) return [];
  const rows = await sceneClips.ofFindings(tx, findings, account);
  return Promise.all(
    rows.map(async (row): Promise<PackedSceneClip> => {
      const sha256 = row.clipBlurredSha256;
      const bytes = sha256 === null ? null : await store.size(tenant, sha256);
      const path = sceneClipFile(row.violationId, row.camera);
      return {
        id: row.id,
        finding: row.violationId,
        camera: row.camera,
        cameraName: row.cameraName as Bilingual,
        from: row.clipFrom?.toISOString() ?? null,
        to: row.clipTo?.toISOString() ?? null,
        durationSeconds: row.clipDurationSeconds,
        partial: row.clipPartial,
        missingReason: row.missingReason,
        sha256,
        file: bytes === null ? null : { path, bytes },
        why: bytes === null ? whyNot(row) : null,
      };
    }),
  );
}

function whyNot(row: Awaited<ReturnType<SceneClipFiles['ofFindings']>>[number]): MissingWhy {
  if (row.missingReason !== null) return 'never-there';
  if (row.isPurged) return 'removed';
  return row.clipBlurredSha256 === null ? 'not-ready' : 'lost';
}
