import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';

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
    interface View {
      sha256: string;
      bytes: number;
      mediaType: string;
      perceptualHash: string | null;
    }
    const [whole, shown] = [
      await json<View>(safety, `/files/${photo}`),
      await json<View>(head, `/files/${photo}`),
    ];
    expect(whole.perceptualHash).toMatch(/^[0-9a-f]{16}$/);
    expect(shown.perceptualHash).toBeNull();
    expect(shown.sha256).not.toBe(whole.sha256);
    const content = await world.api.get(`/api/v1/files/${photo}/content`, head);
    expect((await content.arrayBuffer()).byteLength).toBe(shown.bytes);
  });
});

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
