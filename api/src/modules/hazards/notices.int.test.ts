import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { drawPicture } from '../../testing/media.ts';
import { uploadFile } from '../../testing/tus.ts';
import type { Hazard } from './schema.ts';

/** What people are notified of on the way of a hazard, as the API shows it to them. */
type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;

beforeAll(async () => {
  world = await openHazardWorld();
  worker = await world.as('worker.press');
  head = await world.as('head.press');
  safety = await world.as('safety');
});
afterAll(() => world?.close());

interface Shown {
  kind: string;
  link: string | null;
  title: { zh: string; en: string };
  body: { zh: string; en: string };
}
/** The notices of one hazard, the oldest first. */
async function noticesOf(who: Headers, hazard: Pick<Hazard, 'id'>): Promise<Shown[]> {
  const answer = await world.api.get('/api/v1/notices?limit=200', who);
  const { items } = (await answer.json()) as { items: Shown[] };
  return items.filter(({ link }) => link === `/hazards/${hazard.id}`).reverse();
}
const kindsOf = async (who: Headers, hazard: Pick<Hazard, 'id'>) =>
  (await noticesOf(who, hazard)).map(({ kind }) => kind);

describe('a hazard notifies', () => {
  it('the reviewer of a report, and the reporter to whom it is returned', async () => {
    const hazard = await world.reported(worker);
    expect(await kindsOf(safety, hazard)).toEqual(['hazard.reported']);
    expect(await kindsOf(worker, hazard)).toEqual([]);
    await world.step(safety, hazard, 'return', { fields: { reason: 'Which press is it?' } });
    expect(await kindsOf(worker, hazard)).toEqual(['hazard.returned']);
  });

  it('whom it is assigned to, again where the rectification is not accepted, and all when it is closed', async () => {
    let hazard = await world.reported(worker);
    hazard = await world.step(safety, hazard, 'accept');
    const [assigned] = await noticesOf(head, hazard);
    expect(assigned).toMatchObject({ kind: 'hazard.assigned' });
    for (const text of [assigned?.title, assigned?.body]) {
      expect(text?.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(text?.en).toMatch(/[a-z]/);
    }
    hazard = await world.step(head, hazard, 'start');
    const proof = { fields: { measures: 'tightened' }, fileIds: [await world.photo(head)] };
    hazard = await world.step(head, hazard, 'submit', proof);
    hazard = await world.step(safety, hazard, 'send-back', { fields: { reason: 'Still loose.' } });
    expect(await kindsOf(head, hazard)).toEqual(['hazard.assigned', 'hazard.returned']);
    const again = { fields: { measures: 'replaced' }, fileIds: [await world.photo(head)] };
    hazard = await world.step(head, hazard, 'submit', again);
    await world.step(safety, hazard, 'close');
    expect(await kindsOf(worker, hazard)).toEqual(['hazard.closed']);
    expect((await kindsOf(head, hazard)).at(-1)).toBe('hazard.closed');
  });

  it('of a report that is not accepted', async () => {
    const hazard = await world.reported(worker);
    const fields = { verdict: 'not-a-hazard', reason: 'It is painted that way.' };
    await world.step(safety, hazard, 'reject', { fields });
    expect(await kindsOf(worker, hazard)).toEqual(['hazard.closed']);
  });

  it('[HAZ-15] only those who may see findings are notified of doubtful evidence', async () => {
    const photo = await drawPicture(4_711);
    const fileIds = [await uploadFile(world.api, worker, photo)];
    let hazard = await world.reported(worker, { fileIds });
    hazard = await world.step(head, await world.step(safety, hazard, 'accept'), 'start');
    const same = await sharp(photo).jpeg({ quality: 60 }).toBuffer();
    const proof = {
      fields: { measures: 'put right' },
      fileIds: [await uploadFile(world.api, head, same)],
    };
    hazard = await world.step(head, hazard, 'submit', proof);
    const found = (await noticesOf(safety, hazard)).find(({ kind }) => kind === 'hazard.forgery');
    expect(found?.body.zh).toContain('整改照片与上报照片几乎相同');
    expect(found?.title.en).toBe(`${hazard.no}: evidence is in doubt`);
    for (const who of [worker, head, await world.as('manager')]) {
      expect(await kindsOf(who, hazard)).not.toContain('hazard.forgery');
    }
  });
});
