import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentSite, idsOf as ids, openIncidentSite } from '../../testing/incidents.ts';
import type { RunningApi } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';

let world: IncidentSite;
let api: RunningApi;
let west: TestWorker;
let operator: { authorization: string };

beforeAll(async () => {
  world = await openIncidentSite();
  ({ api, west, operator } = world);
});
afterAll(() => world?.stop());

const hour = () => world.hour();
const see: IncidentSite['see'] = (...given) => world.see(...given);
const detailOf: IncidentSite['detailOf'] = (id) => world.detailOf(id);
const incidentOf: IncidentSite['incidentOf'] = (finding) => world.incidentOf(finding);
const post: IncidentSite['post'] = (...given) => world.post(...given);
const done: IncidentSite['done'] = (answer) => world.done(answer);

describe('a change by hand', () => {
  async function two() {
    const start = hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start + 3_000, 'a', { rule: 'running' });
    return { start, one, other, incident: await incidentOf(one.id) };
  }

  it('takes a finding out with its own verdict, and puts it back', async () => {
    const { one, other, incident } = await two();
    const { version } = incident;
    const body = { finding: other.id, reason: 'not-a-person', note: 'a mannequin', version };
    const out = await done(post(one.id, 'take-out', body));
    expect(out).toMatchObject({
      findings: 2,
      takenOut: 1,
      undecided: 1,
      rules: ['missing-ppe/helmet'],
    });
    const member = out.members.find(({ violation }) => violation.id === other.id);
    expect(member).toMatchObject({
      violation: { status: 'dismissed', verdict: { reason: 'not-a-person' } },
      takenOut: {
        reason: 'not-a-person',
        note: 'a mannequin',
        by: { displayName: { en: 'Li Zhiban' } },
      },
    });
    const last = { finding: one.id, reason: 'other', version: out.version };
    expect((await post(one.id, 'take-out', last)).status).toBe(409);

    const closed = await done(
      post(one.id, 'verdict', { decision: 'confirm', version: out.version }),
    );
    const read = await api.get(`/api/v1/violations/${other.id}`, operator);
    expect(((await read.json()) as Violation).status).toBe('dismissed');
    const back = await done(post(one.id, 'undo', { version: closed.version }));
    // It counts again, after the verdict: it is new.
    expect(back).toMatchObject({ status: 'confirmed', takenOut: 0, undecided: 1 });
    expect(back.operations[0]?.undone?.by.displayName.en).toBe('Li Zhiban');
    expect((await post(one.id, 'undo', { version: back.version })).status).toBe(409);
  });

  it('splits, against the evidence, also for what comes later; undone, the evidence counts again', async () => {
    const { start, one, other, incident } = await two();
    const { version } = incident;
    const split = await done(
      post(one.id, 'split', { findings: [other.id], reason: 'another person', version }),
    );
    expect(ids(split)).toEqual([one.id]);
    const apart = await incidentOf(other.id);
    expect(apart).toMatchObject({ findings: 1, status: 'pending' });
    await see(west, start + 6_000, 'a');
    expect((await incidentOf(one.id)).findings + (await incidentOf(other.id)).findings).toBe(3);
    expect((await incidentOf(other.id)).id).toBe(apart.id);

    const now = await incidentOf(other.id);
    const undone = await done(post(now.id, 'undo', { version: now.version }));
    expect(undone.id).toBe(one.id);
    expect(undone.findings).toBe(3);
    expect((await detailOf(apart.id)).id).toBe(one.id);
  });

  it('joins two incidents under the older id, and parts them again', async () => {
    const start = hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start, 'b');
    const { version } = await incidentOf(other.id);
    const joined = await done(post(other.id, 'join', { incident: one.id, version }));
    expect(joined).toMatchObject({ id: one.id, findings: 2 });
    expect(joined.operations[0]).toMatchObject({ kind: 'join', undone: null });
    const undone = await done(post(one.id, 'undo', { version: joined.version }));
    expect(ids(undone)).toEqual([one.id]);
    expect((await incidentOf(other.id)).id).toBe(other.id);
  });

  it('refuses findings with a verdict, strangers, and all of them', async () => {
    const { one, other, incident } = await two();
    const { version } = incident;
    const stranger = await see(west, hour(), 'z');
    const all = { findings: [one.id, other.id], version };
    expect((await post(one.id, 'split', all)).status).toBe(409);
    expect((await post(one.id, 'split', { findings: [stranger.id], version })).status).toBe(422);
    const closed = await done(post(one.id, 'verdict', { decision: 'confirm', version }));
    const decided = { findings: [other.id], version: closed.version };
    expect(await (await post(one.id, 'split', decided)).json()).toMatchObject({
      code: 'incident.finding-decided',
    });
  });
});
