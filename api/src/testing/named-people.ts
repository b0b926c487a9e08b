import { randomBytes } from 'node:crypto';
import type { ViolationIdentified, ViolationIdentity } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { Database } from '../platform/db/database.ts';

const WEEK = 7 * 86_400_000;

/**
 * Lets a person of the demonstration agree to be named a week ago, wear a badge since, and gives that badge
 * a handle on the day of a moment.
 */
export async function handleOn(
  database: Database,
  employeeNo: string,
  at: number,
): Promise<{ person: string; handle: string }> {
  const handle = randomBytes(12).toString('base64url');
  const since = new Date(Date.now() - WEEK);
  const tenantId = 'demo';
  const person = await database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    const { id } = await tx.person.findFirstOrThrow({ where: { employeeNo } });
    const badgeId = ulid();
    await tx.badge.create({
      data: { tenantId, id: badgeId, badge: `b-${handle}`, personId: id, since },
    });
    for (const purposeId of ['badge-tracking', 'video-identity']) {
      const asked = { tenantId, personId: id, purposeId, noticeVersion: 1, scope: [] };
      await tx.consent.create({ data: { ...asked, decision: 'given', how: 'paper', at: since } });
    }
    // The days of UTC and of the site differ by one at most.
    const day = new Date(new Date(at + 8 * 3_600_000).toISOString().slice(0, 10));
    await tx.badgeHandle.create({ data: { tenantId, handle, badgeId, day } });
    return id;
  });
  return { person, handle };
}

const words = { zh: '相距不足 1 米', en: 'Less than a metre away' };

export const confirmedAs = (handle: string, ...others: string[]): ViolationIdentity => ({
  state: 'confirmed',
  handle,
  since: '1970-01-01T00:00:00.000Z',
  reasons: [words],
  candidates: [
    { handle, posterior: 0.998, explanation: words },
    ...others.map((one) => ({ handle: one, posterior: 0.001, explanation: words })),
  ],
});

export const oneOf = (...handles: string[]): ViolationIdentity => ({
  state: 'ambiguous',
  handle: null,
  since: null,
  reasons: [words],
  candidates: handles.map((handle, n) => ({ handle, posterior: 0.6 - n / 5, explanation: words })),
});

/** The nth statement of a worker on who it was. */
export const identifiedAs = (
  { source, data }: { source: string; data: { violation: string; confirmedAt: string } },
  number: number,
  identity: ViolationIdentity,
): ViolationIdentified => ({
  specversion: '1.0',
  id: `${data.violation}-identified-${number}`,
  source,
  type: 'cn.anshi.violation.identified.v1',
  time: data.confirmedAt,
  subject: data.violation,
  datacontenttype: 'application/json',
  data: { violation: data.violation, number, at: data.confirmedAt, identity },
});
