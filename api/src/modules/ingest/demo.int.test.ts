import { expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { openSite, PASSWORD, startApi, until } from '../../testing/site.ts';
import type { EntryPage } from '../safety-file/schema.ts';

it('the demonstration has a file with a confirmed violation and its picture, once', async () => {
  const site = await openSite();
  const { appUrl } = await site.seededDatabase();
  const demo = { password: PASSWORD, records: true };
  const api = await startApi(site, appUrl, { demo });
  const database = openDatabase(appUrl);
  const { id } = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E011' } }),
  );
  const file = async () =>
    (await api.send<EntryPage>('manager', 'GET', `/persons/${id}/safety-file`)).body.items;
  await until(async () => (await file()).length > 0, 'the file has an entry');
  const other = await startApi(site, appUrl, { demo });
  const [entry, ...more] = await file();
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ state: 'in-force', snapshot: { rendition: 'ready' } });
  const picture = await fetch(`${api.url}${entry?.snapshot?.url}`, {
    headers: await api.signIn('manager'),
  });
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  // Its verdict waits for a second reviewer, so that their page is not empty either.
  const { body } = await api.send<{ items: { camera: string }[] }>(
    'safety',
    'GET',
    '/second-reviews',
  );
  expect(body.items).toMatchObject([{ camera: 'hall-west' }]);
  await database.close();
  await other.stop();
  await api.stop();
  await site.stop();
});
