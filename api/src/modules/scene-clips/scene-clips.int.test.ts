import type { BlurOrder } from '@anshi/contracts';
import { ulid } from 'ulid';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePack } from '../../testing/pack-world.ts';
import { type PackContent, readPack, writePack } from '../../testing/packs.ts';
import { camera, openSceneWorld, type SceneWorld } from '../../testing/scene-world.ts';
import { until } from '../../testing/site.ts';
import { startWorker, type TestFile, type TestWorker } from '../../testing/worker.ts';
import { type PackIndex, packFiles, sceneClipFile } from '../evidence-packs/format.ts';
import { verifyPack } from '../evidence-packs/verify/verify-pack.ts';

const CAMERAS = `version: 1
sites:
  - { id: plant-1, name: { zh: 一号厂, en: Plant 1 } }
cameras:
${camera('press-a', '    area: press-line\n')}${camera('press-b', '    area: press-line\n')}${camera(
  'press-off',
  '    area: press-line\n    enabled: false\n',
)}${camera('elsewhere')}`;
const HELD = ['press-a', 'press-b', 'elsewhere'];

let world: SceneWorld;
let other: TestWorker;

beforeAll(async () => {
  world = await openSceneWorld(CAMERAS, HELD);
  other = await startWorker(world.site, world.api, 'worker-2', []);
});
afterAll(async () => {
  await other?.stop();
  await world?.close();
});
beforeEach(async () => {
  await world.http.say(world.api, true);
  world.http.answer = { status: 202, title: '' };
});

const claim = async (): Promise<BlurOrder | null> =>
  (
    (await (
      await fetch(`${world.api.url}/api/v1/ingest/blur-orders/claim`, {
        method: 'POST',
        headers: world.worker.own,
      })
    ).json()) as { order: BlurOrder | null }
  ).order;
/** Works off what is to be blurred until the order for a clip comes. */
async function claimFor(clip: string): Promise<BlurOrder> {
  for (;;) {
    const order = await claim();
    if (!order) throw new Error('nothing is to be blurred');
    if (order.violation === clip) return order;
    const failed = `${world.api.url}/api/v1/ingest/blur-orders/${order.violation}/${order.of}/failed`;
    await fetch(failed, {
      method: 'POST',
      headers: { ...world.worker.own, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'of no interest here' }),
    });
  }
}
const video = async (incident: string, clip: string, who = 'reader') =>
  world.api.get(`/api/v1${world.path(incident, `/${clip}/video`)}`, await world.api.signIn(who));

describe('the clips of the other cameras of an incident', () => {
  it('[VIS-08] are asked of their workers by one press, come blurred, and each view is on record', async () => {
    const raised = await world.raise('medium');
    const { incident, finding } = raised;
    expect(await world.list(incident)).toMatchObject({ items: [], canOrder: true });
    expect((await world.press(raised, 'reader')).status).toBe(403);
    const { status, body } = await world.press(raised);
    expect(status).toBe(200);
    // Not its own camera, none of another place, and of one that is off the reason.
    expect(body.items.map((one) => [one.camera, one.missing?.reason ?? one.state])).toEqual([
      ['press-b', 'ordered'],
      ['press-off', 'camera-off'],
    ]);
    const clip = world.of(body, 'press-b')?.id ?? '';
    await until(() => world.askedFor(clip).length > 0, 'the worker is asked');
    const [asked] = world.askedFor(clip);
    expect(asked?.grant).toMatchObject({ action: 'clip', camera: 'press-b', worker: 'worker-1' });
    const violation = await world.inTenant((tx) =>
      tx.violation.findFirstOrThrow({ where: { id: finding } }),
    );
    expect(asked?.request).toMatchObject({
      from: violation.startedAt.toISOString(),
      to: violation.confirmedAt.toISOString(),
    });
    await world.isTaken(clip);
    expect((await world.deliver(clip, other)).word).toMatchObject({ result: 'rejected' });
    const { event, video: original, word } = await world.deliver(clip);
    expect(word).toMatchObject({ result: 'committed' });
    expect(await world.stateOf(incident)).toBe('being-made');
    expect((await video(incident, clip)).status).toBe(404);
    // Its own violation has none of it.
    const own = await world.api.send<{ clip: unknown }>('judge', 'GET', `/violations/${finding}`);
    expect(own.body.clip).toBeNull();

    expect(await claimFor(clip)).toMatchObject({
      of: 'clip',
      camera: 'press-b',
      hasBoxesFile: true,
    });
    const rendition: TestFile = await world.worker.blur(event);
    const ready = world.of(await world.list(incident, 'reader'), 'press-b');
    expect(ready).toMatchObject({ state: 'ready', finding, clip: { durationSeconds: 15 } });
    const answer = await video(incident, clip);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([bytes.equals(rendition.bytes), bytes.equals(original.bytes)]).toEqual([true, false]);
    // Without the right to cameras there is none, and none by its address.
    expect((await world.list(incident, 'no-cameras')).items).toEqual([]);
    expect((await video(incident, clip, 'no-cameras')).status).toBe(404);
    const lines = await world.inTenant((tx) =>
      tx.auditLog.findMany({
        where: {
          OR: [
            { entityId: incident, action: 'view' },
            { action: 'order-clips' },
            { entityId: clip },
          ],
        },
        orderBy: { seq: 'asc' },
      }),
    );
    expect(lines.map(({ action, entity }) => `${action} ${entity}`)).toEqual([
      'order-clips violation',
      'attach scene-clip',
      'attach scene-clip',
      'view incident',
    ]);
    // Asked again, nothing is ordered twice.
    expect((await world.press(raised)).body.items).toHaveLength(2);
    expect(world.askedFor(clip)).toHaveLength(1);
  });

  it('[VIS-08] are in the pack of evidence with blurred faces and their digest, for those who may see the cameras', async () => {
    const raised = await world.raise('medium');
    const { incident, finding } = raised;
    const clip = world.of((await world.press(raised)).body, 'press-b')?.id ?? '';
    await world.isTaken(clip);
    const { event, video: original } = await world.deliver(clip);
    await claimFor(clip);
    const pack = async (who: string) =>
      makePack(world.api, await world.api.signIn(who), incident, { originals: false });
    const path = sceneClipFile(finding, 'press-b');
    const indexOf = (files: PackContent) =>
      JSON.parse(files.get(packFiles.index)?.toString() ?? 'null') as PackIndex;

    // Before its faces are blurred nothing of it goes out.
    const early = await readPack(await pack('exporter'));
    expect(early.has(path)).toBe(false);
    expect(indexOf(early).missing).toContainEqual(
      expect.objectContaining({ kind: 'scene-clip', camera: 'press-b', why: 'not-ready' }),
    );
    const rendition = await world.worker.blur(event);
    const saved = await pack('exporter');
    const files = await readPack(saved);
    expect(files.get(path)?.equals(rendition.bytes)).toBe(true);
    expect([...files.values()].some((bytes) => bytes.equals(original.bytes))).toBe(false);
    const index = indexOf(files);
    expect(index.files).toContainEqual({
      path,
      sha256: rendition.sha256,
      bytes: rendition.bytes.length,
      finding,
      kind: 'scene-clip',
    });
    expect(index.missing).toContainEqual({
      finding,
      kind: 'scene-clip',
      camera: 'press-off',
      why: 'never-there',
      sha256: null,
    });
    const { flaws, notes } = await verifyPack(saved);
    expect(flaws).toEqual([]);
    expect(notes).toContain(
      `scene-clip of camera press-off of finding ${finding}: not in the pack, there never was one`,
    );
    expect(files.get(packFiles.record)?.toString()).toContain(clip);
    // Its delivery and its blurring are countersigned by the audit log.
    expect(files.get(packFiles.audit)?.toString()).toContain('scene-clip');
    const pdf = await getDocumentProxy(new Uint8Array(files.get('report-en.pdf') ?? []));
    const { text } = await extractText(pdf, { mergePages: true });
    expect(text.replaceAll(/\s+/g, '')).toContain(
      `Clipofanothercamera:press-bSHA-256${rendition.sha256}`,
    );
    files.set(path, Buffer.from(original.bytes));
    expect((await verifyPack(await writePack(files))).flaws).toMatchObject([{ place: path }]);

    const without = await readPack(await pack('exporter-no-cameras'));
    expect([...without.keys()].filter((name) => name.includes('/scene/'))).toEqual([]);
    expect(JSON.stringify(indexOf(without))).not.toContain('press-b');
    expect(without.get(packFiles.record)?.toString()).not.toContain(clip);
  });

  it('are kept by themselves at the highest severity, and blurred only once they are asked for', async () => {
    const raised = await world.raise('high');
    const { incident } = raised;
    const clip = (
      await until(async () => world.of(await world.list(incident), 'press-b'), 'it is ordered')
    ).id;
    await world.isTaken(clip);
    const { event } = await world.deliver(clip);
    expect(await world.stateOf(incident)).toBe('kept');
    await expect(claimFor(clip)).rejects.toThrow('nothing is to be blurred');
    expect(world.of((await world.press(raised)).body, 'press-b')?.state).toBe('being-made');
    await claimFor(clip);
    await world.worker.blur(event);
    expect(await world.stateOf(incident)).toBe('ready');
    expect(world.askedFor(clip)).toHaveLength(1);
  });

  it('have the term of the evidence of their finding: they stay while it is open, and go with it', async () => {
    const raised = await world.raise('medium');
    const { incident } = raised;
    const clip = world.of((await world.press(raised)).body, 'press-b')?.id ?? '';
    await world.isTaken(clip);
    const { event } = await world.deliver(clip);
    await claimFor(clip);
    await world.worker.blur(event);
    const digests = await world.inTenant((tx) =>
      tx.sceneClip.findFirstOrThrow({ where: { id: clip } }),
    );
    const files = [digests.clipSha256, digests.clipBlurredSha256, digests.clipBoxesSha256];
    const storedAt = new Date(Date.now() - 400 * 86_400_000);
    const where = { sha256: { in: files.flatMap((one) => one ?? []) } };
    await world.inTenant((tx) => tx.evidence.updateMany({ where, data: { storedAt } }));
    const purge = () => world.api.send('purger', 'POST', '/privacy/purges', {});
    await purge();
    expect(await world.stateOf(incident)).toBe('ready');
    const { body } = await world.api.send<{ version: number }>(
      'judge',
      'GET',
      `/incidents/${incident}`,
    );
    const verdict = { decision: 'confirm', version: body.version };
    await world.api.send('judge', 'POST', `/incidents/${incident}/verdict`, verdict);
    await purge();
    expect(world.of(await world.list(incident), 'press-b')).toMatchObject({
      state: 'missing',
      missing: { reason: 'purged' },
      clip: null,
    });
    expect((await video(incident, clip)).status).toBe(410);
    expect(await world.inTenant((tx) => tx.purgedFile.count({ where }))).toBe(3);
  });

  it('say that the recording buffer holds the time no more, and that the worker is away', async () => {
    world.http.answer = { status: 410, title: 'the recording buffer holds no video of that time' };
    const late = await world.raise('medium');
    await world.press(late);
    await until(async () => (await world.stateOf(late.incident)) === 'missing', 'it has a reason');
    expect(world.of(await world.list(late.incident), 'press-b')?.missing).toEqual({
      reason: 'no-segments',
      message: 'the recording buffer holds no video of that time',
    });
    const old = await world.raise('medium', {
      startedAt: new Date(Date.now() - 7_203_000).toISOString(),
      confirmedAt: new Date(Date.now() - 7_200_000).toISOString(),
    });
    expect(world.of((await world.press(old)).body, 'press-b')?.missing?.reason).toBe('no-segments');
    await world.http.say(world.api, false);
    const away = await world.raise('medium');
    expect(world.of((await world.press(away)).body, 'press-b')?.state).toBe('worker-away');
    // It is asked once it is back.
    world.http.answer = { status: 202, title: '' };
    await world.http.say(world.api, true);
    const clip = world.of(await world.list(away.incident), 'press-b')?.id ?? '';
    await until(() => world.askedFor(clip).length > 0, 'the worker is asked');
    expect(await world.stateOf(away.incident)).toBe('ordered');
  });

  it('are no part of an incident that the account does not see, nor of a finding of another one', async () => {
    const [one, two] = [await world.raise('medium'), await world.raise('medium')];
    expect((await world.press({ incident: one.incident, finding: two.finding })).status).toBe(422);
    expect((await world.press({ incident: ulid(), finding: one.finding })).status).toBe(404);
    const clip = world.of((await world.press(one)).body, 'press-b')?.id ?? '';
    expect((await video(two.incident, clip)).status).toBe(404);
  });
});
