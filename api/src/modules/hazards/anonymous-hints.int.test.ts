import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { uploadFile } from '../../testing/tus.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;
/** Sees all hazards, and may not know who reported them. */
let manager: Headers;
let workerId: string;
let workerPerson: string;
let headId: string;

beforeAll(async () => {
  world = await openHazardWorld();
  [worker, head] = [await world.as('worker.press'), await world.as('head.press')];
  [safety, manager] = [await world.as('safety'), await world.as('manager')];
  const me = await json<{ id: string; person: string }>(worker, '/auth/me');
  [workerId, workerPerson] = [me.id, me.person];
  headId = (await json<{ id: string }>(head, '/auth/me')).id;
});
afterAll(() => world?.close());

async function json<Body>(who: Headers, path: string): Promise<Body> {
  const answer = await world.api.get(`/api/v1${path}`, who);
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as Body;
}
const text = async (who: Headers, path: string) => JSON.stringify(await json(who, path));

describe('[HAZ-14] a reporter is not shown by what surrounds a hazard', () => {
  it('nor by its details, where they rectify what they reported', async () => {
    let hazard = await world.reported(head, { title: 'Reported and rectified by the head' });
    hazard = await world.step(safety, hazard, 'accept', { fields: { 'due-by': tomorrow() } });
    hazard = await world.step(head, hazard, 'start');
    expect((await world.read(safety, hazard.id)).details.assignee).toBe(headId);
    expect((await world.read(head, hazard.id)).details.assignee).toBe(headId);
    const shown = await world.read(manager, hazard.id);
    expect(Object.keys(shown.details)).toEqual(['due-by', 'department']);
    for (const path of ['', '/history']) {
      expect(await text(manager, `/hazards/${hazard.id}${path}`)).not.toContain(headId);
    }
  });

  it('nor by who is missing among those who judge it', async () => {
    let hazard = await world.reported(worker, { title: 'Judged' });
    for (const who of [worker, safety]) {
      expect((await world.read(who, hazard.id)).assignees).not.toEqual([]);
    }
    expect((await world.read(manager, hazard.id)).assignees).toEqual([]);
    // Those who rectify are no hint.
    hazard = await world.step(safety, hazard, 'accept');
    expect((await world.read(manager, hazard.id)).assignees).toMatchObject([{ id: headId }]);
  });

  it('nor by the counts of a person, where a report is returned or found to be false', async () => {
    interface Counts {
      counts: { hazardsAssigned: number; auditLines: number };
    }
    const counts = async () =>
      (await json<Counts>(manager, `/persons/${workerPerson}/overview`)).counts;
    const before = await counts();
    const returned = await world.reported(worker, { title: 'To be returned' });
    const returning = { fields: { reason: 'Which one?' } };
    expect((await world.step(safety, returned, 'return', returning)).assignees).toMatchObject([
      { id: workerId },
    ]);
    const refused = await world.reported(worker, { title: 'Nothing there' });
    const fields = { verdict: 'false-report', reason: 'nothing there' };
    await world.step(safety, refused, 'reject', { fields });
    const body = { kind: 'false-report', reason: 'nothing there' };
    const decided = await world.api.post(`/api/v1/hazards/${refused.id}/penalties`, body, safety);
    expect(decided.status).toBe(201);
    // Only the first reading of the overview is a new line.
    expect(await counts()).toEqual({ ...before, auditLines: before.auditLines + 1 });
  });

  it('nor by the hashes of a file, which the sender’s device has too', async () => {
    const photo = await world.photo(worker);
    const hazard = await world.reported(worker, { title: 'With a photo', fileIds: [photo] });
    await world.step(safety, hazard, 'accept');
    const [whole, shown] = [
      await json<FileView>(safety, `/files/${photo}`),
      await json<FileView>(head, `/files/${photo}`),
    ];
    expect(whole.perceptualHash).toMatch(/^[0-9a-f]{16}$/);
    expect([shown.perceptualHash, shown.sha256]).toEqual([null, null]);
    const content = await world.api.get(`/api/v1/files/${photo}/content`, head);
    expect((await content.arrayBuffer()).byteLength).toBe(shown.bytes);
  });

  it('nor by a digest or the size of a document, withheld or not, to a person who has a copy', async () => {
    const kinds = { 'application/pdf': '%PDF-1.4\n%%EOF\n', 'text/plain': 'The guard is loose.\n' };
    for (const [type, content] of Object.entries(kinds)) {
      const isWithheld = type === 'application/pdf';
      const bytes = Buffer.from(content);
      const name = `mine.${isWithheld ? 'pdf' : 'txt'}`;
      const id = await uploadFile(world.api, worker, bytes, { name, type });
      const hazard = await world.reported(worker, { title: name, fileIds: [id] });
      await world.step(safety, hazard, 'accept');
      const digest = createHash('sha256').update(bytes).digest('hex');
      for (const who of [safety, worker]) {
        expect(await json<FileView>(who, `/files/${id}`)).toMatchObject({
          sha256: digest,
          bytes: bytes.length,
        });
      }
      const view = await json<FileView>(head, `/files/${id}`);
      expect([view.sha256, view.bytes]).toEqual([null, isWithheld ? null : bytes.length]);
      for (const method of ['GET', 'HEAD']) {
        for (const path of ['', '/content', '/preview', '/original']) {
          for (const tag of ['"something else"', `"${digest}"`]) {
            const answer = await fetch(`${world.api.url}/api/v1/files/${id}${path}`, {
              method,
              headers: { ...head, 'if-none-match': tag },
            });
            const said = JSON.stringify([...answer.headers]) + (await answer.text());
            expect([path, answer.status === 304, said.includes(digest)]).toEqual([
              path,
              false,
              false,
            ]);
          }
        }
      }
    }
  });

  it('while a reader’s own copy of what is shown is not sent again', async () => {
    const photo = await world.photo(worker);
    const hazard = await world.reported(worker, { title: 'Cached', fileIds: [photo] });
    await world.step(safety, hazard, 'accept');
    for (const path of ['content', 'preview']) {
      const at = `/api/v1/files/${photo}/${path}`;
      const etag = (await world.api.get(at, head)).headers.get('etag') ?? '';
      expect((await world.api.get(at, { ...head, 'if-none-match': etag })).status).toBe(304);
    }
  });

  it('nor by the receipts of a notice, which a closed hazard sends to its reporter too', async () => {
    const robot = { tenantId: 'demo', id: 'all', name: 'all', format: 'plain', url: 'sealed' };
    await inDatabase((tx) =>
      tx.noticeRobot.create({ data: { ...robot, kinds: [], severity: 'info' } }),
    );
    let hazard = await world.reported(worker, { title: 'Closed' });
    hazard = await world.step(safety, hazard, 'accept');
    hazard = await world.step(head, hazard, 'start');
    const proof = { fields: { measures: 'tightened' }, fileIds: [await world.photo(head)] };
    hazard = await world.step(head, hazard, 'submit', proof);
    await world.step(safety, hazard, 'close');
    const told = await noticesOf(hazard.id, 'hazard.closed');
    // The group hears of it once.
    expect(told).toMatchObject([
      { users: [headId], robots: ['all'] },
      { users: [workerId], robots: [] },
    ]);
    const receipts = `/notices/${told[0]!.id}/receipts`;
    for (const who of [await world.as('admin'), safety]) {
      const said = await text(who, receipts);
      expect(said).toContain(headId);
      expect(said).not.toContain(workerId);
    }
    expect(await text(worker, '/notices?limit=200')).toContain(told[1]!.id);
    expect(await text(head, '/notices?limit=200')).not.toContain(told[1]!.id);
  });

  it('nor by a repetition, which joins the notice of the same recipients only', async () => {
    const { id } = await world.reported(worker, { title: 'Repeated' });
    const notices = createNotices({ written: () => undefined });
    const notify = (to: string[]) =>
      createUnits({
        database: world.database,
        onError: (error) => {
          throw error;
        },
      }).run(systemCaller('demo'), (unit) =>
        notices.notify(unit, {
          to,
          kind: 'workflow.entered',
          severity: 'info',
          title: { zh: '重复', en: 'Repeated' },
          body: { zh: '重复', en: 'Repeated' },
          link: null,
          subject: { entity: 'hazard', id },
          apart: [workerId],
        }),
      );
    for (const to of [[workerId], [headId], [headId, workerId]]) await notify(to);
    const told = await noticesOf(id, 'workflow.entered');
    // The reporter's came first and alone, so the group heard of each.
    expect(told).toMatchObject([
      { users: [headId], count: 2, robots: ['all'] },
      { users: [workerId], count: 2, robots: ['all'] },
    ]);
  });
});

type Transaction = Parameters<Parameters<HazardWorld['database']['transaction']>[1]>[0];
const inDatabase = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  world.database.transaction({ tenant: 'demo', user: null }, work);

/** The notices of a kind about a hazard, the reporter's last. */
async function noticesOf(hazard: string, kind: string) {
  const found = await inDatabase((tx) =>
    tx.notice.findMany({
      where: { subjectId: hazard, kind },
      include: { recipients: true, deliveries: { where: { channel: 'robot' } } },
    }),
  );
  const told = found.map(({ id, count, recipients, deliveries }) => ({
    id,
    count,
    users: recipients.map(({ userId }) => userId),
    robots: deliveries.map(({ recipient }) => recipient),
  }));
  return told.sort(
    (a, b) => Number(a.users.includes(workerId)) - Number(b.users.includes(workerId)),
  );
}

interface FileView {
  sha256: string | null;
  bytes: number | null;
  perceptualHash: string | null;
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
