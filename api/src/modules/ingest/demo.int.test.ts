import { expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { openSite, PASSWORD, startApi, until } from '../../testing/site.ts';
import type { EntryPage } from '../safety-file/schema.ts';
import type { AgreementAnswer } from '../second-reviews/schema.ts';

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
  // In the queue: one that two badges fit, and one of whom none may be used, each with its picture and why.
  interface Finding {
    identity: {
      state: string;
      person: object | null;
      reasons: { en: string }[];
      candidates: { person: { name: string } | null; explanation: { en: string } }[];
    } | null;
    snapshot: { rendition: string; url: string } | null;
  }
  const queue = await api.send<{ items: object[] }>('operator', 'GET', '/incidents?status=pending');
  const all = await api.send<{ items: Finding[] }>('operator', 'GET', '/violations?status=pending');
  const findings = all.body.items;
  const of = (state: string) => findings.filter(({ identity }) => identity?.state === state);
  expect([queue.body.items?.length, findings?.length]).toEqual([2, 2]);
  const [ambiguous] = of('ambiguous');
  expect(ambiguous?.identity?.person).toBeNull();
  expect(ambiguous?.identity?.reasons[0]?.en).toBe('2 badges fit this person.');
  expect(ambiguous?.identity?.candidates.map(({ person }) => person?.name)).toEqual([
    '蒋班长',
    '孙小梅',
  ]);
  const [refused] = of('unbadged');
  expect(refused?.identity).toMatchObject({ person: null, candidates: [] });
  expect(refused?.identity?.reasons[0]?.en).toContain('badges that may be used fits this person');
  for (const one of [ambiguous, refused]) {
    expect(one?.snapshot?.rendition).toBe('ready');
    const shown = await fetch(`${api.url}${one?.snapshot?.url}`, {
      headers: await api.signIn('operator'),
    });
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
  }
  // Its verdict waits for a second reviewer, so that their page is not empty either.
  const { body } = await api.send<{ items: { camera: string }[] }>(
    'safety',
    'GET',
    '/second-reviews',
  );
  expect(body.items).toMatchObject([{ camera: 'hall-west' }]);
  // The decided incident has notes and a link, and the shift log a shift that was handed over; once, by two processes.
  const done = await api.send<{ items: { id: string; findings: number }[] }>(
    'safety.head',
    'GET',
    '/incidents?status=confirmed&order=newest&limit=1',
  );
  const incident = `/incidents/${done.body.items[0]?.id}`;
  const notes = await api.send<{ items: { text: string; by: { name: object | null } }[] }>(
    'safety',
    'GET',
    `${incident}/notes`,
  );
  expect(notes.body.items).toHaveLength(3);
  const links = await api.send<{ items: { isOpen: boolean; views: number; reason: string }[] }>(
    'safety.head',
    'GET',
    `${incident}/shares`,
  );
  expect(links.body.items).toMatchObject([{ isOpen: true, views: 1 }]);
  const log = await api.send<{ notes: { text: string }[]; waiting: null }>(
    'operator',
    'GET',
    '/shift-log?site=plant-1',
  );
  expect([log.body.notes?.length, log.body.waiting]).toEqual([2, null]);
  const shifts = await api.send<{ items: { state: string; note: string }[] }>(
    'operator',
    'GET',
    '/shift-handovers?site=plant-1',
  );
  expect(shifts.body.items).toMatchObject([{ state: 'accepted' }]);
  const written = [...notes.body.items, ...log.body.notes].map(({ text }) => text);
  const texts = [...written, links.body.items[0]?.reason, shifts.body.items[0]?.note];
  for (const text of texts) expect(text).toMatch(/\p{Script=Han}.+ ?\/ [A-Z]/u);
  // Of the days before it there are enough pairs of enough reviewers to show how far they agree.
  const agreement = await api.send<AgreementAnswer>(
    'safety.head',
    'GET',
    '/second-review-agreement',
  );
  expect(agreement.body.all).toMatchObject({ state: 'shown', figures: { pairs: 24 } });
  expect(agreement.body.all.figures?.kappa).toBeGreaterThan(0.6);
  expect(agreement.body.rules).toMatchObject([{ key: 'missing-ppe', state: 'shown' }]);
  const differing = await api.send<{ items: unknown[] }>(
    'safety.head',
    'GET',
    '/second-review-disagreements',
  );
  expect(differing.body.items).toHaveLength(1);
  // With a larger least group the figures of so few are not shown.
  await database.transaction(
    { tenant: 'demo', user: null },
    (tx) =>
      tx.$executeRaw`INSERT INTO privacy_setting (tenant_id, min_group_size) VALUES ('demo', 6)`,
  );
  const fewer = await api.send<AgreementAnswer>('safety.head', 'GET', '/second-review-agreement');
  expect(fewer.body.all).toMatchObject({ state: 'too-few-reviewers', figures: null });
  await database.close();
  await other.stop();
  await api.stop();
  await site.stop();
});
