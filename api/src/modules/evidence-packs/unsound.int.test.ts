import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  enrolEvidenceKey,
  makeEvidenceKey,
  type TestEvidenceKey,
} from '../../testing/evidence-key.ts';
import { openPackWorld, type PackWorld, runVerify } from '../../testing/pack-world.ts';
import { startWorker } from '../../testing/worker.ts';
import { verifyPack } from './verify/verify-pack.ts';

let world: PackWorld;
beforeAll(async () => {
  world = await openPackWorld();
});
afterAll(() => world?.stop());

describe('evidence that does not stand', () => {
  it('is recorded, shown and named: another worker’s key, a wrong signature, an unknown key', async () => {
    const second = await startWorker(world.site, world.api, 'worker-2');
    const theirs = makeEvidenceKey('worker-2');
    expect((await enrolEvidenceKey(world.api, second, theirs)).status).toBe(200);
    // Taken for one's own, it is refused.
    expect((await enrolEvidenceKey(world.api, world.worker, theirs)).status).toBe(409);
    const wrong: TestEvidenceKey = {
      ...world.key,
      sign: (event) => ({ ...world.key.sign({ ...event, id: `${event.id}x` }), id: event.id }),
    };
    for (const [by, state] of [
      [theirs, 'other-worker'],
      [makeEvidenceKey('worker-1'), 'unknown-key'],
      [wrong, 'wrong'],
    ] as const) {
      const { data } = await world.record(by);
      const id = await world.incidentOf(data.violation);
      const { members } = await world.detailOf(id);
      expect(members[0]?.signatures[0]?.state).toBe(state);
      const ran = await runVerify(await world.packOf(id));
      expect(ran.code).toBe(1);
      expect(ran.text).toContain(data.violation);
    }
    await second.stop();
  });

  it('came unsigned: the pack says so, and is whole', async () => {
    const { data } = await world.record(null);
    const result = await verifyPack(await world.packOf(await world.incidentOf(data.violation)));
    expect(result).toMatchObject({ ok: true, signed: 0 });
    expect(result.notes[0]).toContain('unsigned');
  });

  it('was signed with a key that was revoked before; what was recorded earlier stands', async () => {
    const mine = makeEvidenceKey('worker-1');
    expect((await enrolEvidenceKey(world.api, world.worker, mine)).status).toBe(200);
    const early = await world.record(mine);
    const admin = await world.api.signIn('admin');
    const devices = await (
      await world.api.get('/api/v1/devices?kind=worker&q=worker-1', admin)
    ).json();
    const device = (devices as { items: { id: string }[] }).items[0]?.id;
    const path = `/api/v1/devices/${device}/evidence-keys`;
    const revoked = await world.api.post(
      `${path}/${mine.id}/revocation`,
      { reason: 'stolen' },
      admin,
    );
    expect(await revoked.json()).toMatchObject({ id: mine.id, state: 'revoked' });
    expect((await enrolEvidenceKey(world.api, world.worker, mine)).status).toBe(409);
    const late = await world.record(mine);
    const [before, after] = await Promise.all(
      [early, late].map(async ({ data }) => world.packOf(await world.incidentOf(data.violation))),
    );
    expect((await verifyPack(before ?? '')).flaws).toEqual([]);
    const { ok, flaws } = await verifyPack(after ?? '');
    expect(ok).toBe(false);
    expect(flaws[0]?.detail).toContain('revoked-key');
    // The worker goes on with another key, and the one that is revoked stays in the list.
    expect((await enrolEvidenceKey(world.api, world.worker, world.key)).status).toBe(200);
    const { items } = (await (await world.api.get(path, admin)).json()) as {
      items: { id: string; state: string }[];
    };
    expect(items.find(({ id }) => id === mine.id)?.state).toBe('revoked');
    expect(items.find(({ id }) => id === world.key.id)?.state).toBe('active');
  });
});
