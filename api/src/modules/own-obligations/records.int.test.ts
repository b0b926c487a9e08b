import { beforeAll, describe, expect, it } from 'vitest';
import type { ObligationView } from '../../platform/obligations/schema.ts';
import { drawPicture } from '../../testing/media.ts';
import { ownActs } from '../../testing/own-obligations.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { uploadFile } from '../../testing/tus.ts';
import { useApi } from '../../testing/use-api.ts';

const used = useApi();
const { send, inTenant, input, add, change, own, cases, open, complete, userOf, decide } =
  ownActs(used);
let pictures = 0;

let worker: { user: string; person: string };
beforeAll(async () => {
  const row = await userOf('worker.press');
  worker = { user: row.id, person: row.personId ?? '' };
});

describe('records of own obligations', () => {
  it('ask for a file and for a second person where it was chosen', async () => {
    const both = await add({
      dueBy: 'fixed',
      startsOn: dayIn(1),
      every: { n: 1, unit: 'weeks' },
      needsFile: true,
      needsSecond: true,
      responsiblePerson: worker.person,
    });
    expect((await complete(both, 'worker.press')).body.code).toBe('own-obligation.file-needed');
    const photo = async () =>
      uploadFile(used.api, await used.api.signIn('worker.press'), await drawPicture(++pictures));
    const first = await complete(both, 'worker.press', { fileIds: [await photo()] });
    expect([first.status, first.body]).toMatchObject([200, { state: 'upcoming' }]);
    expect((await complete(both, 'safety.head')).body.code).toBe('own-obligation.file-needed');
    const leaving = await send<{ items: { name: { en: string } }[] }>(
      'safety.head',
      'GET',
      `/persons/${worker.person}/open-at-leaving`,
    );
    expect(leaving.body.items.map(({ name }) => name.en)).toContain('Own obligations to see to');
    const { waiting } = await own(both);
    expect(waiting).toMatchObject({ note: 'Looked at all of them' });
    const record = waiting?.id ?? '';
    expect((await own(both, 'worker.press')).mayConfirm).toBe(false);
    const self = await decide(both, 'worker.press', record, { accepted: true });
    expect([self.status, self.body.code]).toEqual([403, 'own-obligation.own-record']);
    expect((await decide(both, 'safety.head', record, { accepted: false })).status).toBe(422);
    const refused = await decide(both, 'safety.head', record, {
      accepted: false,
      note: 'Hall 2 is missing',
    });
    expect(refused.body).toMatchObject({ waiting: null });
    expect((await open(both)).state).toBe('upcoming');
    const again = { fileIds: [await photo()], note: 'Also hall 2' };
    expect((await complete(both, 'worker.press', again)).status).toBe(200);
    const second = (await own(both)).waiting?.id ?? '';
    expect((await decide(both, 'safety.head', second, { accepted: true })).status).toBe(200);
    const [ended, next] = await cases(both);
    expect(ended).toMatchObject({ outcome: 'done', note: 'Also hall 2', endedBy: worker.user });
    expect(next?.endedAt).toBeNull();
    const late = await decide(both, 'safety.head', second, { accepted: true });
    expect(late.body.code).toBe('own-obligation.not-waiting');
    const { body } = await send<{ items: { text: { en: string } }[] }>(
      'safety.head',
      'GET',
      `/own-obligations/${both.id}/history`,
    );
    expect(body.items.map(({ text }) => text.en).join('\n')).toContain('Hall 2 is missing');
  });

  it('are confirmed by a second person where that is switched off while one is due', async () => {
    const weekly = await add({
      dueBy: 'fixed',
      startsOn: dayIn(0),
      every: { n: 1, unit: 'weeks' },
      needsSecond: true,
    });
    const off = await change(weekly, { needsSecond: false });
    expect(off.body).toMatchObject({ needsSecond: false, secondUntilDone: true });
    expect((await complete(weekly, 'safety.head')).body.state).not.toBe('done');
    // What waits goes on waiting, also where it is switched on and off again.
    const on = await change(off.body, { needsSecond: true });
    const again = await change(on.body, { needsSecond: false });
    const record = again.body.waiting?.id ?? '';
    expect(record).not.toBe('');
    const self = await decide(weekly, 'safety.head', record, { accepted: true });
    expect(self.body.code).toBe('own-obligation.own-record');
    const changes = await inTenant((tx) =>
      tx.auditLog.findMany({
        where: { entity: 'own-obligation', entityId: weekly.id, action: 'update' },
        orderBy: { seq: 'asc' },
      }),
    );
    expect(changes.map(({ before, after }) => [before, after])).toMatchObject([
      [{ needsSecond: true }, { needsSecond: false }],
      [{ needsSecond: false }, { needsSecond: true }],
      [{ needsSecond: true }, { needsSecond: false }],
    ]);
    const confirmed = await decide(weekly, 'safety', record, { accepted: true });
    expect(confirmed.body).toMatchObject({ waiting: null, secondUntilDone: false });
    // The next time is due without one.
    expect((await complete(weekly, 'safety.head', { on: dayIn(0) })).status).toBe(200);
    expect((await own(weekly)).waiting).toBeNull();
  });

  it('are changed at their version, and ended with a reason', async () => {
    const late = await add({ startsOn: dayIn(-2) });
    expect((await open(late)).state).toBe('overdue');
    const changed = await change(late, { graceDays: 5, title: { zh: '', en: 'Renamed' } });
    expect(changed.body).toMatchObject({ version: 2, graceDays: 5 });
    expect(await open(late)).toMatchObject({ state: 'due', detail: { zh: 'Renamed' } });
    const conflict = await change(late, { graceDays: 1 });
    expect(conflict.body).toMatchObject({
      code: 'own-obligation.version-conflict',
      current: { version: 2 },
    });
    const { id } = await open(late);
    const end = await send('safety.head', 'POST', `/own-obligations/${late.id}/end`, {
      version: 2,
      reason: 'The extinguishers were replaced',
    });
    expect(end.body).toMatchObject({
      state: 'ended',
      ended: { reason: 'The extinguishers were replaced' },
    });
    const closed = await send<ObligationView>('safety.head', 'GET', `/obligations/${id}`);
    expect(closed.body).toMatchObject({ state: 'closed', ended: { reason: 'not-needed' } });
    expect((await change({ ...late, version: 3 }, { graceDays: 0 })).body.code).toBe(
      'own-obligation.over',
    );
  });

  it('due once end for good, and a head of department keeps to the department', async () => {
    const once = await add();
    expect((await complete(once, 'safety.head')).body.state).toBe('done');
    expect(await own(once)).toMatchObject({ state: 'done', mayManage: false });
    expect(await cases(once)).toHaveLength(1);
    const head = await userOf('head.press');
    const person = await inTenant((tx) =>
      tx.person.findFirstOrThrow({ where: { id: head.personId ?? '' } }),
    );
    const theirs = await add(
      { subjectKind: 'department', subjectId: person.departmentId },
      'head.press',
    );
    expect(theirs.mayManage).toBe(true);
    expect((await send('head.press', 'POST', '/own-obligations', input())).status).toBe(403);
    // What is for the whole plant is seen by those who see all.
    const plant = await add();
    expect((await send('head.press', 'GET', `/own-obligations/${plant.id}`)).status).toBe(404);
  });
});
