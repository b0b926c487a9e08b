import type { ViolationConfirmed, ViolationIdentified, ViolationIdentity } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { yesterdayAt } from '../../testing/times.ts';
import { confirmedEvent, startWorker, type TestWorker, testFile } from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let reviewer: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  reviewer = await api.signIn('operator');
  worker = await startWorker(site, api, 'worker-1');
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

const ambiguous = (en: string): ViolationIdentity => ({
  state: 'ambiguous',
  handle: null,
  since: null,
  reasons: [{ zh: '两个工牌都可能', en }],
  candidates: [],
});

/** The nth statement on who it was. */
const identified = (
  { source, data }: ViolationConfirmed,
  number: number,
  identity: ViolationIdentity,
): ViolationIdentified => ({
  specversion: '1.0',
  id: `${data.violation}-identified-${number}`,
  source,
  type: 'cn.anshi.violation.identified.v1',
  time: yesterdayAt('09:00:30'),
  subject: data.violation,
  datacontenttype: 'application/json',
  data: { violation: data.violation, number, at: yesterdayAt('09:00:29'), identity },
});

const read = async (id: string): Promise<Violation> =>
  (await (await api.get(`/api/v1/violations/${id}`, reviewer)).json()) as Violation;

describe('who it was, said after the violation', () => {
  it('counts by the highest number, once each, and moves the version of the record', async () => {
    const event = await worker.confirm();
    const one = identified(event, 1, ambiguous('AAAAAAAAAAAAAAA1'));
    const three = identified(event, 3, { ...ambiguous('AAAAAAAAAAAAAAA3'), state: 'unbadged' });
    expect(await worker.deliver(one)).toMatchObject({ result: 'committed' });
    expect(await read(event.id)).toMatchObject({ version: 2, identity: { state: 'ambiguous' } });
    expect(await worker.deliver(three)).toMatchObject({ result: 'committed' });
    // The same ones again, and one that was overtaken.
    await worker.deliver(one);
    await worker.deliver(three);
    const two = identified(event, 2, ambiguous('AAAAAAAAAAAAAAA2'));
    expect(await worker.deliver(two)).toMatchObject({ result: 'committed' });
    // A number that was used before says nothing more.
    const again = { ...identified(event, 3, ambiguous('AAAAAAAAAAAAAAA4')), id: ulid() };
    expect(await worker.deliver(again)).toMatchObject({ result: 'committed' });
    expect(await read(event.id)).toMatchObject({ version: 3, identity: { state: 'unbadged' } });
  });

  it('waits for its violation, and is refused from another worker than recorded it', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    const event = confirmedEvent(worker.name, snapshot);
    const statement = identified(event, 1, ambiguous('AAAAAAAAAAAAAAA1'));
    await worker.publish(statement);
    const line = 'anshi_ingest_events_total{type="identified",result="waiting"} ';
    const waiting = async () => (await (await api.get('/metrics')).text()).includes(line);
    await until(waiting, 'it waits for its violation');
    expect(worker.acknowledgements(statement.id)).toEqual([]);
    await worker.deliver(event);
    expect(await worker.deliver(statement)).toMatchObject({ result: 'committed' });

    const other = await startWorker(site, api, 'worker-2');
    try {
      const foreign = {
        ...identified(event, 9, ambiguous('AAAAAAAAAAAAAAA9')),
        source: '/vision/worker-2',
      };
      expect(await other.deliver(foreign)).toMatchObject({ result: 'rejected' });
    } finally {
      await other.stop();
    }
    expect((await read(event.id)).identity?.reasons[0]?.en).toBe('AAAAAAAAAAAAAAA1');
  });
});
