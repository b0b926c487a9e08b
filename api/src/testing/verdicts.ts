import { ulid } from 'ulid';
import type { Database } from '../platform/db/database.ts';

/** A violation with its verdict, as stored in the table. */
export interface TestVerdict {
  /** A rule, or `missing-ppe/<item>`. */
  rule?: string;
  camera?: string;
  site?: string;
  version?: string;
  startedAt: Date;
  status: 'pending' | 'confirmed' | 'dismissed';
  reason?: string;
  box?: [number, number, number, number];
  boxes?: { label: string; box: [number, number, number, number]; score: number }[];
  /** Digest of a snapshot that was uploaded before. */
  snapshot: string;
  reviewedAfterMinutes?: number;
}

function ruleOf(kind: string): { rule: string; item: string | null } {
  const [rule = kind, item] = kind.split('/');
  return { rule, item: item ?? null };
}

/**
 * Inserts many violations with verdicts at once, for statistics: as workers and reviewers would
 * have created them.
 *
 * @returns their ids, in the same order.
 */
export async function putVerdicts(database: Database, list: TestVerdict[]): Promise<string[]> {
  const rows = list.map((one) => {
    const isJudged = one.status !== 'pending';
    const reviewedAt = new Date(
      one.startedAt.getTime() + 2_000 + (one.reviewedAfterMinutes ?? 10) * 60_000,
    );
    return {
      tenantId: 'demo',
      id: ulid(one.startedAt.getTime()),
      source: '/vision/worker-1',
      ...ruleOf(one.rule ?? 'missing-ppe/helmet'),
      ruleId: 'rule',
      severity: 'high',
      camera: one.camera ?? 'hall-west',
      cameraName: { zh: '车间西', en: 'Hall west' },
      site: one.site ?? 'plant-1',
      startedAt: one.startedAt,
      confirmedAt: new Date(one.startedAt.getTime() + 2_000),
      recordedAt: new Date(one.startedAt.getTime() + 2_000),
      confidence: 0.9,
      subject: 'person',
      tracks: [`t-${ulid()}`],
      path: [],
      box: one.box ?? [200, 120, 260, 300],
      modelName: 'ppe',
      modelVersion: one.version ?? '1.0.0',
      snapshotSha256: one.snapshot,
      snapshotWidth: 1280,
      snapshotHeight: 720,
      snapshotTakenAt: one.startedAt,
      snapshotBoxes: one.boxes ?? [],
      status: one.status,
      version: isJudged ? 2 : 1,
      ...(isJudged
        ? {
            reviewedBy: ulid(),
            reviewedByName: { zh: '甲', en: 'A' },
            reviewedAt,
            reviewReason: one.reason ?? null,
          }
        : {}),
    };
  });
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.violation.createMany({ data: rows }),
  );
  return rows.map(({ id }) => id);
}
