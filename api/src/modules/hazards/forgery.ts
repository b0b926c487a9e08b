import { ulid } from 'ulid';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { hashDistance } from '../../platform/files/perceptual-hash.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { ALIKE_BITS, checkFile, type Finding, type Setting } from './evidence-checks.ts';
import { HAZARD } from './flow.ts';
import type { HazardParts } from './parts.ts';

/** The hazard that files belong to, as far as their check needs it. */
type About = Omit<Setting, 'site'> & {
  site: string;
  no: string;
  /** The assignee, after the files were submitted. */
  assignees: readonly string[];
};

/**
 * Checks submitted files, records what is suspicious about them, and notifies those who may
 * see such findings. Nothing is blocked by it, except that a file of the report cannot prove its own
 * rectification.
 *
 * @throws Problem `hazard.evidence-reused`
 */
export async function examine(
  { files, notices }: Pick<HazardParts, 'files' | 'notices'>,
  unit: Unit,
  handed: StoredFile[],
  about: About,
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
  await notifyOfForgery(notices, unit, about, findings);
  return findings;
}

/**
 * Notifies those who may see findings of every hazard, and those with a narrower scope who are assigned.
 * What is only information is shown with the hazard and sends no notices.
 */
async function notifyOfForgery(
  notices: HazardParts['notices'],
  unit: Unit,
  { hazardId, no, assignees }: About,
  findings: Finding[],
): Promise<void> {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const [first] = grave;
  if (!first) return;
  const everywhere = await holdersOf(unit.tx, 'hazard:identify', 'all');
  const mayKnow = await holdersOf(unit.tx, 'hazard:identify');
  const to = [...everywhere, ...assignees.filter((id) => mayKnow.includes(id))];
  const self = unit.caller.account?.id;
  await notices.notify(unit, {
    to: [...new Set(to)].filter((id) => id !== self),
    kind: 'hazard.forgery',
    severity: 'warning',
    title: { zh: `${no}：证据存疑`, en: `${no}: evidence is in doubt` },
    body: {
      zh: `${first.text.zh}。共 ${grave.length} 处疑点，请核实后再决定。`,
      en: `${first.text.en}. ${grave.length === 1 ? 'Check it' : `Check all ${grave.length} findings`} before you decide.`,
    },
    link: noticeLink('hazard.forgery', hazardId),
    subject: { entity: HAZARD, id: hazardId },
  });
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
