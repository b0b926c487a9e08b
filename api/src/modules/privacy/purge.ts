import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { z } from 'zod';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Purger, Removed } from '../../platform/facts.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import { readPurgers } from '../facts.ts';
import { register } from './register.ts';
import type { proofSchema } from './schema.ts';

type Proof = z.infer<typeof proofSchema>;
const DAY_MS = 86_400_000;

/** The order of the list of proofs. */
const newestProofs = listOrder('purge proofs', 'desc', { id: 'id' });

export type Purge = ReturnType<typeof createPurge>;

/** The digest of a proof: a copy of the removed data can be verified by it. */
export const digestOfIds = (ids: string[]): string =>
  createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex');

/**
 * Removes expired data by the register, and leaves a proof of each batch: count, interval, and a
 * digest of the ids.
 */
export function createPurge(options: { units: Units; store: Pick<ContentStore, 'remove'> }) {
  const { units, store } = options;

  async function batch(
    unit: Unit,
    purger: Purger,
    policy: { id: string; version: number; retentionDays: number },
    run: string,
    now: Date,
  ): Promise<Proof | null> {
    const { tx, caller } = unit;
    const cutoff = new Date(now.getTime() - policy.retentionDays * DAY_MS);
    const removed = await purger.remove(tx, cutoff, purger.most);
    const held = (await purger.held?.(tx, cutoff)) ?? 0;
    // What is held is told once, and again where it is another number.
    if (removed.length === 0 && (held === 0 || held === (await lastHeld(unit, policy.id)))) {
      return null;
    }
    await removeFiles(unit, removed, run);
    const times = removed.map(({ at }) => at.getTime());
    const files = removed.filter(({ file }) => file);
    const row = {
      id: ulid(),
      runId: run,
      policyId: policy.id,
      policyVersion: policy.version,
      cutoff,
      count: removed.length,
      oldest: times.length > 0 ? new Date(Math.min(...times)) : null,
      newest: times.length > 0 ? new Date(Math.max(...times)) : null,
      digest: digestOfIds(removed.map(({ id }) => id)),
      files: files.length,
      bytes: BigInt(files.reduce((sum, { file }) => sum + (file?.bytes ?? 0), 0)),
      held,
      at: new Date(),
    };
    const byUser = caller.account?.id ?? null;
    await tx.purgeProof.createMany({ data: [{ tenantId: caller.tenant, ...row, byUser }] });
    const { count, digest } = row;
    await unit.audit({
      action: 'purge',
      entity: 'data-policy',
      id: policy.id,
      after: { run, count, digest, cutoff: cutoff.toISOString(), ...(held > 0 ? { held } : {}) },
    });
    return showProof(row);
  }

  /** What the last proof of a policy said of holds. */
  async function lastHeld({ tx }: Unit, policyId: string): Promise<number | null> {
    const last = await tx.purgeProof.findFirst({ where: { policyId }, orderBy: { id: 'desc' } });
    return last?.held ?? null;
  }

  /**
   * Before the commit, on purpose: a missing file with its record is found by the next run, a file
   * without its record would never be found.
   */
  async function removeFiles({ tx, caller }: Unit, removed: Removed[], runId: string) {
    const files = removed.flatMap(({ file }) => file ?? []);
    if (files.length === 0) return;
    await tx.purgedFile.createMany({
      data: files.map(({ sha256 }) => ({ tenantId: caller.tenant, sha256, runId })),
      skipDuplicates: true,
    });
    for (const { sha256 } of files) await store.remove(caller.tenant, sha256);
  }

  return {
    /** @param by the requesting user; left out, the system. */
    async run(
      tenant: string,
      now: Date = new Date(),
      by: Caller = systemCaller(tenant),
    ): Promise<{ run: string; items: Proof[] }> {
      const run = ulid();
      const items: Proof[] = [];
      const policies = await units.run(by, ({ tx }) => register(tx));
      for (const purger of await readPurgers()) {
        const policy = policies.find(({ id }) => id === purger.policy);
        if (!policy || policy.retentionDays === null) continue;
        const { id, version, retentionDays } = policy;
        for (;;) {
          const proof = await units.run(by, (unit) =>
            batch(unit, purger, { id, version, retentionDays }, run, now),
          );
          if (proof) items.push(proof);
          if (!proof || proof.count < purger.most) break;
        }
      }
      return { run, items };
    },

    proofs(
      user: Caller,
      query: { policy?: string | undefined; limit: number; cursor?: string | undefined },
    ): Promise<{ items: Proof[]; next: string | null }> {
      return units.run(user, async ({ tx }) => {
        const rows = await tx.purgeProof.findMany({
          where: {
            ...(query.policy ? { policyId: query.policy } : {}),
            ...newestProofs.beyond(newestProofs.after(query.cursor)),
          },
          orderBy: newestProofs.by(),
          take: query.limit + 1,
        });
        const page = newestProofs.page(rows, query.limit);
        return { items: page.rows.map(showProof), next: page.next };
      });
    },
  };
}

function showProof(row: {
  id: string;
  runId: string;
  policyId: string;
  policyVersion: number;
  cutoff: Date;
  count: number;
  oldest: Date | null;
  newest: Date | null;
  digest: string;
  files: number;
  bytes: bigint;
  held: number;
  at: Date;
}): Proof {
  return {
    id: row.id,
    run: row.runId,
    policy: row.policyId,
    policyVersion: row.policyVersion,
    cutoff: row.cutoff.toISOString(),
    count: row.count,
    oldest: row.oldest?.toISOString() ?? null,
    newest: row.newest?.toISOString() ?? null,
    digest: row.digest,
    files: row.files,
    bytes: Number(row.bytes),
    held: row.held,
    at: row.at.toISOString(),
  };
}
