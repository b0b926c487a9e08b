import { ulid } from 'ulid';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { hashDistance } from '../../platform/files/perceptual-hash.ts';
import type { Files, StoredFile } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { ALIKE_BITS, checkFile, type Finding, type Setting } from './evidence-checks.ts';
import { HAZARD } from './flow.ts';

/**
 * Looks at files that were handed in, and writes down what speaks against them. Nothing is blocked by
 * it, except that a file of the report cannot prove its own rectification.
 *
 * @throws Problem `hazard.evidence-reused`
 */
export async function examine(
  unit: Unit,
  files: Files,
  handed: StoredFile[],
  about: Omit<Setting, 'site'> & { site: string },
  more: Finding[] = [],
): Promise<Finding[]> {
  const { tx } = unit;
  const media = handed.filter(({ kind }) => kind === 'photo' || kind === 'video');
  const findings = [...more];
  if (media.length > 0) {
    const site = await tx.hazardSite.findFirst({ where: { site: about.site } });
    const own = await files.of(tx, HAZARD, about.hazardId);
    for (const file of media) {
      refuseReuse(file, own, about.stage);
      const others = (await files.lookalikes(tx, file, ALIKE_BITS)).filter(
        ({ file: other }) => other.attachedTo?.id !== about.hazardId,
      );
      findings.push(...checkFile(file, [...others, ...alikeAmong(file, own)], { ...about, site }));
    }
  }
  await write(tx, unit.caller.tenant, about, findings);
  return findings;
}

function refuseReuse(file: StoredFile, own: StoredFile[], stage: string): void {
  if (stage !== 'rectification') return;
  const again = own.find(
    (one) => one.id !== file.id && one.attachedTo?.role === 'report' && one.sha256 === file.sha256,
  );
  if (again) throw new Problem('hazard.evidence-reused', undefined, { fileId: file.id });
}

function alikeAmong(file: StoredFile, own: StoredFile[]) {
  const hash = file.perceptualHash;
  if (hash === null) return [];
  return own.flatMap((one) => {
    if (one.id === file.id || one.perceptualHash === null) return [];
    const distance = hashDistance(hash, one.perceptualHash);
    return distance <= ALIKE_BITS ? [{ file: one, distance }] : [];
  });
}

async function write(
  tx: Transaction,
  tenantId: string,
  about: { hazardId: string; stage: string },
  findings: Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await tx.hazardFinding.createMany({
    data: findings.map((one) => ({
      tenantId,
      id: ulid(),
      hazardId: about.hazardId,
      stage: about.stage,
      ...one,
    })),
  });
}
