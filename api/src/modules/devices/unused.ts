import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { IDLE_MS } from './view.ts';

const JOB = 'device-unused';
const EVERY_MORNING = '50 7 * * *';

interface Options {
  units: Units;
  notices: Notices;
}

/**
 * Notifies holders of `device:manage` of credentials that were not used for 90 days, once each until the
 * next use. Unused credentials should be revoked.
 *
 * @returns how many notices were written.
 */
export function tellOfUnused(
  { units, notices }: Options,
  tenant: string,
  now = new Date(),
): Promise<number> {
  return units.run(systemCaller(tenant), async (unit) => {
    const { tx } = unit;
    const since = new Date(now.getTime() - IDLE_MS);
    const rows = await tx.deviceCredential.findMany({
      where: {
        revokedAt: null,
        unusedToldAt: null,
        kind: { not: 'shared' },
        OR: [{ lastUsedAt: { lt: since } }, { lastUsedAt: null, createdAt: { lt: since } }],
      },
      orderBy: { id: 'asc' },
      take: 500,
    });
    if (rows.length === 0) return 0;
    const to = await holdersOf(tx, 'device:manage');
    for (const { id, kind, name } of rows) {
      await tx.deviceCredential.updateMany({ where: { id }, data: { unusedToldAt: now } });
      await notices.notify(unit, {
        to,
        kind: 'device.unused',
        severity: 'info',
        title: {
          zh: `设备凭据 ${kind} ${name} 已 90 天未使用`,
          en: `The credential of ${kind} ${name} was not used for 90 days`,
        },
        body: {
          zh: '如已停用，请吊销该凭据。',
          en: 'Revoke it if the device is out of use.',
        },
        link: noticeLink('device.unused', id),
        subject: { entity: 'device-credential', id },
      });
    }
    return rows.length;
  });
}

export async function scheduleUnused(
  options: Options & { jobs: Jobs; timeZone: string },
): Promise<void> {
  const { jobs, timeZone } = options;
  jobs.define(JOB, {}, async (_data, { tenant }) => {
    await tellOfUnused(options, tenant);
  });
  await jobs.schedule(JOB, EVERY_MORNING, {}, timeZone);
}
