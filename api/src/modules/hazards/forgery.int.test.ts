import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld, PLANT } from '../../testing/hazards.ts';
import { drawPicture, withExif } from '../../testing/media.ts';
import { uploadFile } from '../../testing/tus.ts';
import type { Hazard } from './schema.ts';
import type { HazardPenalty } from './setup-schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;
let safety2: Headers;

beforeAll(async () => {
  world = await openHazardWorld();
  worker = await world.as('worker.press');
  head = await world.as('head.press');
  safety = await world.as('safety');
  safety2 = await world.as('safety2');
});
afterAll(() => world?.close());

const send = (who: Headers, bytes: Buffer) => uploadFile(world.api, who, bytes);
/** A hazard with this photo, under rectification. */
async function rectifying(photo: Buffer): Promise<Hazard> {
  const hazard = await world.reported(worker, { fileIds: [await send(worker, photo)] });
  return world.step(head, await world.step(safety, hazard, 'accept'), 'start');
}
const handIn = async (hazard: Hazard, photo: Buffer) =>
  world.act(head, hazard, 'submit', {
    fields: { measures: 'put right' },
    fileIds: [await send(head, photo)],
  });
const kinds = async (id: string, stage: string) =>
  (await world.read(safety, id)).findings
    .filter((one) => one.stage === stage)
    .map(({ kind }) => kind)
    .sort();
/** The EXIF time of a camera, at the plant. */
const exifTime = (date: Date) => {
  const local = new Date(date.getTime() + 8 * 3600_000).toISOString();
  return { takenAt: local.slice(0, 19).replaceAll('-', ':').replace('T', ' '), offset: '+08:00' };
};
/** A photo with the current EXIF time. */
const fresh = async (seed: number) => withExif(await drawPicture(seed), exifTime(new Date()));

describe('[HAZ-15] a rectification', () => {
  it('cannot be proved by the file of the report', async () => {
    const photo = await drawPicture(1);
    const hazard = await rectifying(photo);
    const answer = await handIn(hazard, photo);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'hazard.evidence-reused' });
    expect((await world.read(head, hazard.id)).state).toBe('rectifying');
  });

  it.each([
    ['encoded again', (one: Buffer) => sharp(one).jpeg({ quality: 55 }).toBuffer()],
    ['made smaller', (one: Buffer) => sharp(one).resize(320).jpeg().toBuffer()],
    ['brightened', (one: Buffer) => sharp(one).modulate({ brightness: 1.15 }).jpeg().toBuffer()],
    [
      'cropped a little',
      (one: Buffer) =>
        sharp(one).extract({ left: 5, top: 4, width: 630, height: 472 }).jpeg().toBuffer(),
    ],
    ['sent as PNG', (one: Buffer) => sharp(one).png().toBuffer()],
  ])('with the picture of the report %s is flagged, and not blocked', async (_how, change) => {
    const photo = await drawPicture(Math.floor(Math.random() * 1e6) + 1000);
    const hazard = await rectifying(photo);
    const answer = await handIn(hazard, await change(photo));
    expect(answer.status).toBe(200);
    expect(await kinds(hazard.id, 'rectification')).toContain('before-as-after');
  });

  it('with another picture of the same scene is not suspected', async () => {
    // The same wall and machine; the guard is restored, from a slightly different viewpoint.
    const scene = (guard: string, shift: number) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#9aa"/><g transform="translate(${shift} ${shift / 2})"><rect x="60" y="120" width="260" height="300" fill="#456"/><rect x="380" y="40" width="180" height="380" fill="#cb8"/>${guard}<circle cx="470" cy="120" r="40" fill="#333"/></g></svg>`,
        ),
      )
        .jpeg()
        .toBuffer();
    const before = await scene(
      '<rect x="40" y="380" width="240" height="70" fill="#dd2" transform="rotate(18 160 400)"/>',
      0,
    );
    const after = await scene('<rect x="90" y="150" width="200" height="220" fill="#dd2"/>', 48);
    const hazard = await rectifying(before);
    expect((await handIn(hazard, after)).status).toBe(200);
    expect(await kinds(hazard.id, 'rectification')).not.toContain('before-as-after');
  });

  it('with a photo from before the assignment is flagged; a fresh one is not', async () => {
    const early = await rectifying(await drawPicture(20));
    const old = await withExif(await drawPicture(21), exifTime(new Date(Date.now() - 86_400_000)));
    expect((await handIn(early, old)).status).toBe(200);
    expect(await kinds(early.id, 'rectification')).toEqual(['taken-before-assignment']);
    const prompt = await rectifying(await drawPicture(22));
    expect((await handIn(prompt, await fresh(23))).status).toBe(200);
    expect(await kinds(prompt.id, 'rectification')).toEqual([]);
  });
});

describe('[HAZ-15] a report', () => {
  it('with the file, or a similar picture, of another report is flagged', async () => {
    const photo = await drawPicture(40);
    const first = await world.reported(worker, { fileIds: [await send(worker, photo)] });
    const same = await world.reported(head, { fileIds: [await send(head, photo)] });
    const again = await sharp(photo).jpeg({ quality: 60 }).toBuffer();
    const alike = await world.reported(worker, { fileIds: [await send(worker, again)] });
    expect(await kinds(same.id, 'report')).toContain('same-file');
    expect(await kinds(alike.id, 'report')).toContain('look-alike');
    const seen = await world.read(safety, same.id);
    const finding = seen.findings.find(({ kind }) => kind === 'same-file');
    expect(finding).toMatchObject({ severity: 'critical', otherHazardId: first.id });
    expect(finding?.text.zh).toBeTruthy();
    expect(finding?.text.en).toBeTruthy();
    // Reviewers see the finding; the reporter and others do not.
    expect((await world.read(head, same.id)).findings).toEqual([]);
    const other = await world.reported(worker, {
      fileIds: [await send(worker, await drawPicture(41))],
    });
    expect(await kinds(other.id, 'report')).toEqual(['no-capture-time']);
  });

  it('with an old photo, or one from elsewhere, is flagged', async () => {
    const put = await fetch(`${world.api.url}/api/v1/hazard-sites/${PLANT}`, {
      method: 'PUT',
      headers: { ...safety2, 'content-type': 'application/json' },
      body: JSON.stringify({ latitude: 31.8, longitude: 119.95, radius: 1500 }),
    });
    expect(put.status).toBe(200);
    const report = async (seed: number, data: Parameters<typeof withExif>[1]) => {
      const photo = await withExif(await drawPicture(seed), data);
      const hazard = await world.reported(worker, { fileIds: [await send(worker, photo)] });
      return kinds(hazard.id, 'report');
    };
    const now = exifTime(new Date());
    const here = { latitude: 31.803, longitude: 119.951 };
    expect(await report(50, { ...now, ...here })).toEqual([]);
    expect(await report(51, { ...now, latitude: 31.23, longitude: 121.47 })).toEqual([
      'taken-elsewhere',
    ]);
    const old = exifTime(new Date(Date.now() - 10 * 86_400_000));
    expect(await report(52, { ...old, ...here })).toEqual(['taken-long-before']);
  });
});

describe('[HAZ-15] a penalty', () => {
  const post = async (who: Headers, path: string, body: object) => {
    const answer = await world.api.post(`/api/v1${path}`, body, who);
    return { status: answer.status, body: (await answer.json()) as HazardPenalty };
  };

  it('is decided by a person with reasons, notified, and can be appealed to another person', async () => {
    const photo = await drawPicture(60);
    let hazard = await rectifying(photo);
    const again = await sharp(photo).jpeg({ quality: 50 }).toBuffer();
    expect((await handIn(hazard, again)).status).toBe(200);
    hazard = await world.read(safety, hazard.id);
    const body = {
      kind: 'forged-rectification',
      reason: 'the picture of the report, saved again',
      findingIds: hazard.findings.map(({ id }) => id),
    };
    const path = `/hazards/${hazard.id}/penalties`;
    expect((await post(head, path, body)).status).toBe(403);
    const decided = await post(safety, path, body);
    expect(decided).toMatchObject({
      status: 201,
      body: { status: 'in-force', hazardNo: hazard.no },
    });
    expect(decided.body.user.displayName.en).toBe('Zhao Chongya');
    expect(decided.body.personId).toBeTruthy();
    expect((await post(safety2, path, body)).status).toBe(409);
    const events = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.outboxEvent.findMany({ where: { type: 'cn.anshi.hazard.penalised.v1' } }),
    );
    expect(events).toHaveLength(1);
    const notices = await (await world.api.get('/api/v1/notices', head)).text();
    expect(notices).toContain('hazard.penalty');

    const { id } = decided.body;
    const mine = await world.api.get('/api/v1/hazard-penalties', head);
    expect(((await mine.json()) as { items: object[] }).items).toHaveLength(1);
    const others = await world.api.get('/api/v1/hazard-penalties', worker);
    expect(((await others.json()) as { items: object[] }).items).toHaveLength(0);
    expect((await post(worker, `/hazard-penalties/${id}/appeal`, { text: 'no' })).status).toBe(404);
    expect(
      await post(head, `/hazard-penalties/${id}/appeal`, { text: 'wrong file' }),
    ).toMatchObject({
      status: 200,
      body: { status: 'appealed' },
    });
    const ruling = { uphold: false, reason: 'the original was found' };
    expect((await post(safety, `/hazard-penalties/${id}/decision`, ruling)).status).toBe(403);
    expect(await post(safety2, `/hazard-penalties/${id}/decision`, ruling)).toMatchObject({
      status: 200,
      body: { status: 'revoked', appeal: { decision: 'the original was found' } },
    });
  });

  it('for a false report concerns the reporter', async () => {
    const hazard = await world.reported(worker);
    await world.step(safety, hazard, 'reject', {
      fields: { verdict: 'false-report', reason: 'nothing there' },
    });
    const body = { kind: 'false-report', reason: 'nothing there' };
    const decided = await post(safety, `/hazards/${hazard.id}/penalties`, body);
    expect(decided.body.user.displayName.en).toBe('Sun Xiaomei');
    // It has no rectification yet.
    const forged = { kind: 'forged-rectification', reason: 'x' };
    expect((await post(safety, `/hazards/${hazard.id}/penalties`, forged)).status).toBe(400);
  });
});
