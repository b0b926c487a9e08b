import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { yesterdayAt } from '../../testing/times.ts';
import { openViolationWorld, type ViolationWorld } from '../../testing/violation-world.ts';
import { clipEvent, testFile } from '../../testing/worker.ts';

let world: ViolationWorld;
beforeAll(async () => {
  world = await openViolationWorld();
});
afterAll(() => world?.stop());

describe('the detail', () => {
  it('[VIS-08] has person, rule, place, time, clip, confidence and reviewer', async () => {
    const event = await world.worker.confirm();
    const files = { video: testFile('video/mp4', 9_000), boxes: testFile('application/json') };
    for (const file of Object.values(files)) await world.worker.put(file);
    await world.worker.deliver(clipEvent(event, files));
    await world.decide(
      event.id,
      { decision: 'confirm', note: 'talked to him', version: 1 },
      world.officer,
    );
    expect(await world.read(event.id)).toMatchObject({
      subject: 'person',
      actor: 'p-17',
      tracks: ['p-17', 't-17'],
      path: [{ at: yesterdayAt('09:00:02'), floor: [12.5, 7.25], deviation: 0.12 }],
      identity: null,
      rule: 'missing-ppe',
      item: 'helmet',
      ruleId: 'helmet-in-press-area',
      severity: 'high',
      camera: 'hall-west',
      cameraName: { zh: '车间西', en: 'Hall west' },
      site: 'plant-1',
      zone: 'press-area',
      zoneName: { zh: '冲压区', en: 'Press area' },
      floor: [12.5, 7.25],
      box: [200, 120, 260, 300],
      startedAt: yesterdayAt('09:00:00'),
      confirmedAt: yesterdayAt('09:00:02'),
      confidence: 0.91,
      model: { name: 'ppe', version: '1.0.0' },
      snapshot: { width: 1280, height: 720, boxes: [{ label: 'person', score: 0.93 }] },
      clip: { durationSeconds: 15, partial: false },
      status: 'confirmed',
      verdict: { by: { displayName: { en: 'Wang Anquan' } }, reason: null, note: 'talked to him' },
    });
  });

  it('[VIS-03] has the state of the rule’s machine, also an unknown one', async () => {
    for (const machine of [
      { machine: 'robot-1', state: 'running', at: yesterdayAt('08:59:58') },
      { machine: 'robot-1', state: 'unknown', at: null },
    ] as const) {
      const event = await world.worker.confirm({
        rule: 'hand-in-danger',
        arming: { by: 'machine', machine },
      });
      expect(await world.read(event.id)).toMatchObject({
        rule: 'hand-in-danger',
        arming: { by: 'machine', machine },
      });
    }
    const plain = await world.worker.confirm();
    expect((await world.read(plain.id)).arming).toBeNull();
  });
});

describe('evidence', () => {
  it('serves the clip whole, in ranges, by HEAD, and 304 where cached', async () => {
    const event = await world.worker.confirm();
    const files = { video: testFile('video/mp4', 10_000), boxes: testFile('application/json') };
    for (const file of Object.values(files)) await world.worker.put(file);
    const clip = clipEvent(event, files);
    await world.worker.deliver(clip);
    const rendition = await world.worker.blur(clip, 10_000);
    await world.worker.blur(event);
    const path = `/api/v1/violations/${event.id}/clip`;
    const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

    const whole = await world.api.get(path, world.operator);
    expect(whole.status).toBe(200);
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect((await bytes(whole)).equals(rendition.bytes)).toBe(true);

    for (const [range, first, last] of [
      ['bytes=0-99', 0, 99],
      ['bytes=9000-', 9_000, 9_999],
      ['bytes=-100', 9_900, 9_999],
      ['bytes=9990-20000', 9_990, 9_999],
    ] as const) {
      const part = await world.api.get(path, { ...world.operator, range });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${first}-${last}/10000`);
      expect((await bytes(part)).equals(rendition.bytes.subarray(first, last + 1))).toBe(true);
    }
    const outside = await world.api.get(path, { ...world.operator, range: 'bytes=10000-' });
    expect(outside.status).toBe(416);
    expect(outside.headers.get('content-range')).toBe('bytes */10000');

    const head = await fetch(`${world.api.url}${path}`, {
      method: 'HEAD',
      headers: world.operator,
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('10000');
    const etag = head.headers.get('etag') ?? '';
    expect((await world.api.get(path, { ...world.operator, 'if-none-match': etag })).status).toBe(
      304,
    );
    const stale = await world.api.get(path, {
      ...world.operator,
      range: 'bytes=0-9',
      'if-range': '"old"',
    });
    expect(stale.status).toBe(200);
    expect((await world.api.get(path)).status).toBe(401);

    const boxes = await world.api.get(`/api/v1/violations/${event.id}/boxes`, world.operator);
    expect(boxes.headers.get('content-type')).toBe('application/json');
    const snapshot = await world.api.get(`/api/v1/violations/${event.id}/snapshot`, world.operator);
    expect(snapshot.headers.get('content-type')).toBe('image/jpeg');
  });
});
