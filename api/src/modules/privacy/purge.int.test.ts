import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { daysAgo, openPrivacyWorld, type PrivacyWorld } from '../../testing/privacy-world.ts';
import { startWorker } from '../../testing/worker.ts';
import { digestOfIds } from './purge.ts';

let world: PrivacyWorld;
beforeAll(async () => {
  world = await openPrivacyWorld();
});
afterAll(() => world?.close());

describe('[SEC-10] the register of data, and the purge', () => {
  it('names of each class what for, what, who answers, who may use it, how long and where', async () => {
    const location = await world.policy('location-history');
    expect(location).toMatchObject({
      retentionDays: 30,
      retentionSource: { zh: '《个人信息保护法》第十九条' },
      certainty: 'T',
      fields: {
        zh: [
          '工牌',
          '时间',
          '位置',
          '精度',
          '所在区域',
          '无位置、电量、求助、无动作的时间',
          '异常的种类、时间和确认人',
          '转交的摄像机；未结案的保留到结案',
          '同意撤回后：仅该次登记的工牌待核实及转交时间',
        ],
      },
      sensitive: true,
      department: null,
      purged: true,
    });
    const body = {
      departmentId: 'safety',
      personId: await world.personOf('E002'),
      retentionDays: 10,
    };
    expect((await world.change('location-history', body)).json).toMatchObject({
      version: 2,
      department: { id: 'safety' },
      person: { name: '王安全' },
      retentionDays: 10,
    });
    expect((await world.change('location-history', { version: 1 })).json.code).toBe(
      'privacy.version-conflict',
    );
    expect((await world.change('location-history', { departmentId: 'nowhere' })).status).toBe(404);
    expect((await world.call('PUT', '/privacy/register/x', world.worker, {})).status).toBe(403);
  });

  it('removes what is over its term, nothing else, and leaves a proof that can be checked', async () => {
    const locations = [1, 9, 11, 40].map((days, i) => ({
      tenantId: 'demo',
      providerType: 'uwb',
      providerId: `tag-${i}`,
      generatedAt: daysAgo(days),
      source: 'hall',
      location: { n: i },
    }));
    const events = [20, 95, 120].map((days, i) => ({
      tenantId: 'demo',
      source: 'camera/x',
      eventId: `e${i}`,
      type: 't',
      violationId: ulid(),
      receivedAt: daysAgo(days),
    }));
    await world.run(async (tx) => {
      await tx.locationHistory.createMany({ data: locations });
      await tx.violationEventInbox.createMany({ data: events });
    });
    expect((await world.call('POST', '/privacy/purges', world.worker)).status).toBe(403);
    const { json, text } = await world.call('POST', '/privacy/purges', world.officer);
    const proof = (id: string) => json.items.find((one: { policy: string }) => one.policy === id);
    const removed = locations
      .slice(2)
      .map((one) => `uwb ${one.providerId} hall ${one.generatedAt.toISOString()}`);
    expect(proof('location-history'), text).toMatchObject({
      count: 2,
      policyVersion: 2,
      oldest: locations[3]?.generatedAt.toISOString(),
      newest: locations[2]?.generatedAt.toISOString(),
      digest: digestOfIds(removed),
    });
    expect(proof('violation-events')).toMatchObject({
      count: 2,
      digest: digestOfIds(['camera/x e1', 'camera/x e2']),
    });
    const left = await world.run((tx) =>
      tx.locationHistory.findMany({ orderBy: { generatedAt: 'desc' } }),
    );
    expect(left.map(({ providerId }) => providerId)).toEqual(['tag-0', 'tag-1']);
    expect(await world.run((tx) => tx.violationEventInbox.count())).toBe(1);
    expect((await world.call('POST', '/privacy/purges', world.officer)).json.items).toEqual([]);
    const listed = await world.call(
      'GET',
      '/privacy/purges?policy=location-history',
      world.officer,
    );
    expect(listed.json.items).toEqual([proof('location-history')]);
    // A proof stays as it was written.
    await expect(
      world.run((tx) => tx.purgeProof.updateMany({ data: { count: 0 } })),
    ).rejects.toThrow();
    await expect(world.run((tx) => tx.purgeProof.deleteMany({}))).rejects.toThrow();
  });

  it("never removes another tenant's rows, nor events that may be sent again", async () => {
    const admin = openDatabase(world.api.settings.databaseUrl);
    const rows = await admin.transaction(
      { tenant: 'other', user: null },
      (tx) => tx.$queryRaw`SELECT * FROM purge_violation_inbox(now(), 100)`,
    );
    expect(rows).toEqual([]);
    await world.run(
      (tx) => tx.$queryRaw`SELECT * FROM purge_violation_inbox(now() + interval '1 day', 100)`,
    );
    expect(await world.run((tx) => tx.violationEventInbox.count())).toBe(1);
    await admin.close();
  });

  it('removes the files of evidence that were reviewed and belong to no open hazard, and the record says so', async () => {
    const camera = await startWorker(world.site, world.api);
    const kept = await camera.confirm();
    const gone = await camera.confirm();
    const linked = await camera.confirm();
    for (const one of [kept, gone, linked]) await camera.blur(one);
    await camera.stop();
    const verdict = { decision: 'confirm', version: 1 };
    for (const { data } of [gone, linked]) {
      await world.call('POST', `/violations/${data.violation}/verdict`, world.officer, verdict);
    }
    const hazardId = ulid();
    const at = new Date();
    await world.run(async (tx) => {
      const reporter = await tx.appUser.findFirstOrThrow();
      await tx.hazard.create({
        data: {
          tenantId: 'demo',
          id: hazardId,
          no: 'YH-20260101-9001',
          title: 'still open',
          description: 'still open',
          type: 'fire',
          suggestedLevel: 'general',
          source: 'desk',
          site: 'changzhou-1',
          foundAt: at,
          reportedAt: at,
          late: false,
          reporterId: reporter.id,
          reporterName: { zh: '甲', en: 'A' },
          caseId: ulid(),
          flowVersion: 1,
          state: 'reported',
          version: 1,
          assignees: [],
        },
      });
      const entityId = linked.data.violation;
      await tx.hazardLink.create({
        data: { tenantId: 'demo', hazardId, entity: 'violation', entityId },
      });
    });
    await world.call('GET', `/violations/${gone.data.violation}`, world.officer);
    expect((await world.change('violation-evidence', { retentionDays: 1 })).status).toBe(200);
    await world.run((tx) => tx.evidence.updateMany({ data: { storedAt: daysAgo(3) } }));
    const files = () =>
      readdir(join(world.api.settings.dataDir, 'evidence', 'demo'), { recursive: true });
    const before = (await files()).length;
    const { json } = await world.call('POST', '/privacy/purges', world.officer);
    expect(json.items, JSON.stringify(json)).toMatchObject([{ policy: 'violation-evidence' }]);
    expect(json.items[0].files).toBeGreaterThanOrEqual(1);
    expect((await files()).length).toBeLessThan(before);
    const answers = await Promise.all([picture(kept.data.violation), picture(gone.data.violation)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 410]);
    expect(answers[1]?.code).toBe('evidence.purged');
    // A hazard that is open still needs it; once it is closed, it goes.
    expect((await picture(linked.data.violation)).status).toBe(200);
    const closing = { closedAt: at, outcome: 'rejected' };
    await world.run((tx) => tx.hazard.updateMany({ where: { id: hazardId }, data: closing }));
    await world.call('POST', '/privacy/purges', world.officer);
    expect((await picture(linked.data.violation)).code).toBe('evidence.purged');
  });
});

it('[SEC-10] the digest of a proof is that of the ids, in order, one a line', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(digestOfIds(['b', 'a'])).toBe(sha256('a\nb'));
});
/** The snapshot of a violation: its status, and the code of a refusal. */
async function picture(id: string) {
  const answer = await fetch(`${world.api.url}/api/v1/violations/${id}/snapshot`, {
    headers: world.officer,
  });
  const problem = answer.ok ? null : ((await answer.json()) as { code: string });
  if (answer.ok) await answer.arrayBuffer();
  return { status: answer.status, code: problem?.code };
}
