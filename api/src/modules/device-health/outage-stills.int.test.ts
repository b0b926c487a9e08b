import type { CameraHealth, OutageStill } from '@anshi/contracts';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HealthWorld, openHealthWorld, saying } from '../../testing/health-world.ts';
import { CAMERAS } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';

let world: HealthWorld;
let other: TestWorker;
beforeAll(async () => {
  // The camera is in the press shop.
  world = await openHealthWorld(
    CAMERAS.replace('    floorPlan: hall\n', '    floorPlan: hall\n    area: press-line\n'),
  );
  other = await startWorker(world.site, world.api, 'worker-2', []);
  const health = 'device-health:read@all';
  await makeUser(world.database, 'press', [health, 'camera:read@department'], {
    employeeNo: 'E005',
  });
  await makeUser(world.database, 'store', [health, 'camera:read@department'], {
    employeeNo: 'E009',
  });
  await makeUser(world.database, 'blind', [health]);
  await makeUser(world.database, 'p-officer', ['privacy:manage@all', 'audit:read@all']);
});
afterAll(async () => {
  await other?.stop();
  await world?.stop();
});

const picture = (width = 320, height = 180) =>
  sharp({ create: { width, height, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer();
const stillOf = async (changes: Partial<OutageStill> = {}): Promise<OutageStill> => ({
  worker: 'worker-1',
  camera: 'hall-west',
  fault: 'offline',
  since: new Date().toISOString(),
  still: { at: new Date().toISOString(), jpeg: (await picture()).toString('base64') },
  missing: null,
  ...changes,
});
const give = (body: object, headers: Record<string, string> = world.worker.own) =>
  world.api.post('/api/v1/ingest/outage-stills', body, headers);
const codeOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
];
const look = async (id: string, user = 'operator') =>
  world.api.get(`/api/v1/device-outages/${id}/still`, await world.api.signIn(user));
const shown = async (id: string, user = 'operator') => {
  const { body } = await world.api.send<{ items: { id: string; still: unknown }[] }>(
    user,
    'GET',
    '/device-outages?subject=hall-west',
  );
  return body.items.find((one) => one.id === id)?.still;
};

/** What a worker repeats: without its status it counts as away after half a minute. */
async function say(health: Partial<CameraHealth> = {}): Promise<void> {
  await world.sayStatus();
  await world.sayHealth(health);
}

/** An outage that the API has on record. */
async function outage(changes: (since: string) => Partial<CameraHealth>, fault: string) {
  await saying(
    () => say(),
    // The API records outages only of cameras that it saw working: the board shows that it did.
    async () =>
      (await world.board('hall-west'))?.now === 'ok' &&
      (await world.outagesOf('subject=hall-west&open=true')).items.length === 0,
    'it is well',
  );
  const since = new Date().toISOString();
  const { id } = await saying(
    () => say(changes(since)),
    async () => (await world.outagesOf(`subject=hall-west&fault=${fault}&open=true`)).items[0],
    'the outage is on record',
  );
  return { id, since };
}
const lost = (since: string) => ({
  state: 'fault' as const,
  quality: 'offline' as const,
  fault: { code: 'stalled' as const, message: 'no picture', since },
});

describe('the last picture before an outage', () => {
  it('is kept sealed with its outage, and who sees the camera sees it, with a line in the audit log', async () => {
    const { id, since } = await outage(lost, 'offline');
    expect(await shown(id)).toEqual({ state: 'none', at: null });
    expect(await codeOf(await look(id))).toEqual([404, 'device-health.still-unknown']);
    const still = await stillOf({ since });
    expect((await give(still)).status).toBe(204);
    expect(await shown(id)).toEqual({ state: 'ready', at: still.still?.at });
    const answer = await look(id);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 320 });
    // Who diagnoses the camera sees it there, too.
    expect((await look(id, 'maintainer')).status).toBe(200);
    const views = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'device-outage', entityId: id, action: 'view' } }),
    );
    expect(views.map(({ userName }) => userName).sort()).toEqual(['maintainer', 'operator']);

    // Another one does not come in its place.
    const late = await picture(200, 100);
    const again = { at: since, jpeg: late.toString('base64') };
    expect((await give({ ...still, still: again })).status).toBe(204);
    expect(Buffer.from(await (await look(id)).arrayBuffer()).equals(bytes)).toBe(true);

    // It cannot be read in the database.
    const sql = new pg.Client({ connectionString: world.urls.superUrl });
    await sql.connect();
    const { rows } = await sql.query('SELECT jpeg_sealed FROM device_outage_still');
    await sql.end();
    expect(rows).toHaveLength(1);
    expect(rows[0].jpeg_sealed).toMatch(/^s1:camera-still:\d+:/);
    expect(rows[0].jpeg_sealed).not.toContain(bytes.toString('base64').slice(0, 60));
  });

  it('of a fault of the picture shows it; where there is none, it says why', async () => {
    const black = await outage((since) => ({ scene: [{ fault: 'black', since }] }), 'black');
    const { since } = black;
    expect((await give(await stillOf({ since, fault: 'black' }))).status).toBe(204);
    expect(await shown(black.id)).toMatchObject({ state: 'ready' });
    const covered = await outage((at) => ({ scene: [{ fault: 'covered', since: at }] }), 'covered');
    const none = { since: covered.since, fault: 'covered' as const, still: null };
    expect((await give(await stillOf(none))).status).toBe(400);
    expect((await give(await stillOf({ ...none, missing: 'not-blurred' }))).status).toBe(204);
    expect(await shown(covered.id)).toEqual({ state: 'not-blurred', at: null });
    expect((await look(covered.id)).status).toBe(404);
  });

  it('of an outage that is not on record is not shown with a later one', async () => {
    const { id, since } = await outage(lost, 'offline');
    const before = new Date(Date.parse(since) - 5 * 60_000).toISOString();
    const earlier = { at: before, jpeg: (await picture(64, 36)).toString('base64') };
    expect(await codeOf(await give(await stillOf({ since: before, still: earlier })))).toEqual([
      404,
      'device-health.outage-unknown',
    ]);
    expect(await shown(id)).toEqual({ state: 'none', at: null });
    // Nor one that was taken long after the outage began.
    const late = { at: new Date(Date.parse(since) + 10 * 60_000).toISOString() };
    const jpeg = (await picture()).toString('base64');
    expect(await codeOf(await give(await stillOf({ since, still: { ...late, jpeg } })))).toEqual([
      422,
      'device-health.still-invalid',
    ]);
    expect((await give(await stillOf({ since }))).status).toBe(204);
    expect(await shown(id)).toMatchObject({ state: 'ready' });
  });

  it('is not found by accounts that do not see that camera', async () => {
    const { id, since } = await outage(lost, 'offline');
    expect((await give(await stillOf({ since }))).status).toBe(204);
    expect((await look(id, 'press')).status).toBe(200);
    for (const user of ['store', 'blind']) {
      expect(await shown(id, user)).toBeNull();
      expect(await codeOf(await look(id, user))).toEqual([404, 'device-health.still-unknown']);
    }
    expect((await look(id, 'worker.press')).status).toBe(403);
    expect((await world.api.get(`/api/v1/device-outages/${id}/still`, {})).status).toBe(401);
    // In another company there is no such row.
    const rows = await world.database.transaction({ tenant: 'other', user: null }, (tx) =>
      tx.deviceOutageStill.findMany(),
    );
    expect(rows).toEqual([]);
  });

  it('is refused from a worker that does not watch the camera, and for another name', async () => {
    const { id, since } = await outage(lost, 'offline');
    const still = await stillOf({ since });
    const foreign = await give({ ...still, worker: 'worker-2' }, other.own);
    expect(await codeOf(foreign)).toEqual([403, 'device.other-name']);
    expect(await codeOf(await give(still, other.own))).toEqual([403, 'device.other-name']);
    expect((await give(still, {})).status).toBe(401);
    expect(await shown(id)).toEqual({ state: 'none', at: null });
    // Nor of an outage that is not on record, or of another fault.
    const before = new Date(Date.now() - 600_000).toISOString();
    for (const changes of [
      { since: before, fault: 'turned' as const, still: { ...still.still!, at: before } },
      { fault: 'turned' as const },
    ]) {
      expect(await codeOf(await give({ ...still, ...changes }))).toEqual([
        404,
        'device-health.outage-unknown',
      ]);
    }
  });

  it('is a small JPEG and nothing else', async () => {
    const { id, since } = await outage(lost, 'offline');
    const of = async (bytes: Buffer) =>
      stillOf({ since, still: { at: since, jpeg: bytes.toString('base64') } });
    const invalid = [422, 'device-health.still-invalid'];
    const png = await sharp(await picture())
      .png()
      .toBuffer();
    expect(await codeOf(await give(await of(await picture(700, 60))))).toEqual(invalid);
    expect(await codeOf(await give(await of(png)))).toEqual(invalid);
    expect(await codeOf(await give(await of(Buffer.from('<svg/>'))))).toEqual(invalid);
    expect(await codeOf(await give(await of((await picture()).subarray(0, 300))))).toEqual(invalid);
    expect((await give(await of(Buffer.alloc(95_000)))).status).toBe(400);
    expect((await give(await of(Buffer.alloc(200_000)))).status).toBe(413);
    expect((await give({ ...(await of(png)), missing: 'no-picture' })).status).toBe(400);
    expect(await shown(id)).toEqual({ state: 'none', at: null });
    // What lies behind the picture is not kept.
    const behind = Buffer.concat([await picture(), Buffer.from('<script>hidden</script>')]);
    expect((await give(await of(behind))).status).toBe(204);
    expect(Buffer.from(await (await look(id)).arrayBuffer()).includes('hidden')).toBe(false);
  });

  it('is removed after its term, and the outage stays', async () => {
    const { id, since } = await outage(lost, 'offline');
    expect((await give(await stillOf({ since }))).status).toBe(204);
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.deviceOutageStill.updateMany({
        where: { outageId: id },
        data: { storedAt: new Date(Date.now() - 31 * 86_400_000) },
      }),
    );
    const { body } = await world.api.send<{ items: { policy: string; count: number }[] }>(
      'p-officer',
      'POST',
      '/privacy/purges',
      {},
    );
    expect(body.items).toContainEqual(
      expect.objectContaining({ policy: 'device-outage-stills', count: 1 }),
    );
    expect(await shown(id)).toEqual({ state: 'none', at: null });
    expect((await look(id)).status).toBe(404);
  });

  it('is named by the notice, and said to be at the worker where that is away', async () => {
    const { since } = await outage(lost, 'offline');
    const [notice] = await saying(
      () => say(lost(since)),
      async () => {
        const found = await world.notices('camera.offline');
        return found.length > 0 ? found : null;
      },
      'people are told',
    );
    expect(notice?.body.en).toContain('Its page shows the last picture');
    await saying(
      () => say(),
      async () => (await world.board('hall-west'))?.now === 'ok',
      'ok',
    );
    await world.sayStatus({ online: false, http: null, cameras: [] });
    const gone = await saying(
      async () => {},
      async () =>
        (await world.outagesOf('subject=hall-west&open=true')).items.find(
          ({ cause }) => cause === 'worker-offline',
        ),
      'the worker is away',
    );
    expect(await shown(gone.id)).toEqual({ state: 'worker-away', at: null });
  });
});
