import { type NamedTracks, topics } from '@anshi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { type LiveListener, listenLive } from '../../testing/listen-live.ts';
import { handleOn } from '../../testing/named-people.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { signed, startWorker, type TestWorker } from '../../testing/worker.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let worker: TestWorker;
let other: TestWorker;
/** Of the press shop, and of the store. */
let press: { person: string; handle: string };
let store: { person: string; handle: string };
const CAMERA = 'hall-west';
const topic = `names:${CAMERA}`;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  press = await handleOn(database, 'E006', Date.now());
  store = await handleOn(database, 'E010', Date.now());
  const watch = 'live:watch@all' as const;
  await makeUser(database, 'head', [watch, 'location:read@department'], { employeeNo: 'E005' });
  await makeUser(database, 'screen', [watch]);
  await makeUser(database, 'unwatched', ['location:read@all']);
  worker = await startWorker(site, api, 'worker-1', [CAMERA]);
  other = await startWorker(site, api, 'worker-2', []);
});
afterAll(async () => {
  await worker?.stop();
  await other?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const tracksOf = (...handles: string[]) => handles.map((handle, n) => ({ track: `t${n}`, handle }));
interface Telling {
  by?: TestWorker;
  key?: string;
  at?: number;
  camera?: string;
}
function tell(
  handles: string[],
  { by = worker, key = by.name, at = Date.now(), camera = CAMERA }: Telling = {},
) {
  const to = topics.namedTracks('demo', by.name, CAMERA);
  const said: NamedTracks = {
    worker: by.name,
    camera,
    at: new Date(at).toISOString(),
    tracks: tracksOf(...handles),
  };
  return by.client.publishAsync(to, signed(key, to, said), { qos: 1 });
}
const namesOf = ({ heard }: LiveListener) =>
  heard.flatMap((one) =>
    one.type === 'names' ? [(one.names as { name: string | null }[]).map(({ name }) => name)] : [],
  );
const nameOf = async (id: string) =>
  (
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId: 'demo', id } } }),
    )
  ).name;

it('shows the name of a confirmed person to accounts whose right covers that person, to others that there is one, and to no account without the right', async () => {
  const [safety, head, screen, unwatched] = (await Promise.all(
    ['safety', 'head', 'screen', 'unwatched'].map((user) => listenLive(api, user, [topic])),
  )) as [LiveListener, LiveListener, LiveListener, LiveListener];
  const [a, b] = [await nameOf(press.person), await nameOf(store.person)];
  await tell([press.handle, store.handle]);
  await until(() => namesOf(safety).length > 0 && namesOf(head).length > 0, 'names are shown');
  expect(namesOf(safety).at(-1)).toEqual([a, b]);
  expect(namesOf(head).at(-1)).toEqual([a, null]);
  // The bytes hold neither the name, the id nor the handle of whom they may not know.
  for (const secret of [b, store.person, store.handle, press.handle])
    expect([secret, head.knows(secret)]).toEqual([secret, false]);
  for (const one of [screen, unwatched]) {
    expect(one.refused().map(({ code }) => code)).toEqual(['auth.forbidden']);
    expect(namesOf(one)).toEqual([]);
  }
  for (const one of [safety, head, screen, unwatched]) one.close();
});

it('shows none that is forged, foreign, old, of another camera or worker, or of a handle that does not exist', async () => {
  const safety = await listenLive(api, 'safety', [topic]);
  const foreign = 'f'.repeat(16);
  await tell([press.handle], { key: 'worker-2' });
  await tell([press.handle], { by: other });
  await tell([press.handle], { at: Date.now() - 8_000 });
  await tell([press.handle], { at: Date.now() + 60_000 });
  await tell([press.handle], { camera: 'hall-east' });
  await tell([foreign]);
  await tell([store.handle]);
  const name = await nameOf(store.person);
  await until(() => namesOf(safety).at(-1)?.includes(name) === true, 'the last one is shown');
  expect(safety.knows(await nameOf(press.person))).toBe(false);
  const refused = async () => {
    const { body } = await api.send('admin', 'GET', '/bus');
    return ['worker-worker-1', 'worker-worker-2'].filter((user) =>
      JSON.stringify(body).includes(user),
    );
  };
  await until(async () => (await refused()).length === 2, 'both workers are told as refused');
  safety.close();
});

it('[SEC-21] shows a name no more from the moment at which the consent is withdrawn', async () => {
  const safety = await listenLive(api, 'safety', [topic]);
  await tell([press.handle]);
  await until(() => namesOf(safety).at(-1)?.length === 1, 'the name is shown');
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.consent.create({
      data: {
        tenantId: 'demo',
        personId: press.person,
        purposeId: 'video-identity',
        noticeVersion: 1,
        scope: [],
        decision: 'withdrawn',
        how: 'paper',
        at: new Date(),
      },
    }),
  );
  await tell([press.handle]);
  await until(() => namesOf(safety).at(-1)?.length === 0, 'it is taken back');
  safety.close();
});
