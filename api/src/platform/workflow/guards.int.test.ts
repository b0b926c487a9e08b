import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordersOf, problemOf } from '../../testing/orders.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { openWorld, type World } from '../../testing/workflow-world.ts';

let site: Site;
let world: World;
let orders: ReturnType<typeof ordersOf>;

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.freshDatabase(['demo', 'other']);
  world = await openWorld(appUrl);
  orders = ordersOf(world);
});
afterAll(async () => {
  await world?.close();
  await site?.stop();
});

describe('guards', () => {
  it('refuse accounts without the permission, out of reach, or not assigned', async () => {
    const begun = await orders.start();
    const request = {
      case: begun.id,
      transition: 'hand-out',
      version: 1,
      fields: { mechanic: world.id('bob') },
      files: [],
      note: null,
    };
    const as = (account: ReturnType<World['account']>) =>
      problemOf(
        world.units.run({ tenant: 'demo', account, address: null, requestId: null }, (unit) =>
          world.workflows.fire(unit, request),
        ),
      );
    expect((await as(world.account('head', { without: ['workflow:manage'] }))).code).toBe(
      'auth.forbidden',
    );
    expect((await as(world.account('dee'))).code).toBe('workflow.out-of-reach');
    const handed = await orders.handOut(begun);
    const done = orders.fire('cai', handed, 'report-done', { fields: { hours: 1 } });
    expect((await problemOf(done)).code).toBe('workflow.not-yours');
  });

  it('include own records of every department', async () => {
    const begun = await orders.start('dee', 'press-shop');
    const mine = await world.as('dee', (unit) =>
      world.workflows.available(unit, world.account('dee', { scope: 'own' }), begun),
    );
    expect(mine.map(({ id }) => id)).toEqual(['hand-out']);
  });

  it('forbid checking one’s own repair, also with a second account', async () => {
    const checking = await orders.toChecking();
    expect((await problemOf(orders.fire('bob', checking, 'check'))).code).toBe(
      'workflow.separation',
    );
    const asked = await orders.start('head');
    // A second account of the requester counts as the requester.
    const own = await orders.start('ann');
    const refused = await problemOf(
      orders.fire('ann-2', own, 'refuse', { fields: { reason: 'x' } }),
    );
    expect(refused.code).toBe('workflow.separation');
    expect(asked.assignees).toEqual([world.id('head')]);
  });

  it('assign no user whom separation of duties excludes from every step', async () => {
    // Ann requests and repairs it herself: the check goes to the head instead.
    const handed = await orders.handOut(await orders.start('ann'), 'ann');
    const files = [await world.file(handed.subject.id)];
    const checking = await orders.fire('ann', handed, 'report-done', {
      fields: { hours: 1 },
      files,
    });
    expect(checking.assignees).toEqual([world.id('head')]);
  });

  it('require evidence that is attached to the record, of the kind, and new', async () => {
    const handed = await orders.handOut(await orders.start());
    const elsewhere = await world.file(ulid());
    const paper = await world.file(handed.subject.id, 'document');
    for (const files of [[], [elsewhere], [paper], [ulid()]]) {
      const refused = await problemOf(
        orders.fire('bob', handed, 'report-done', { fields: { hours: 1 }, files }),
      );
      expect(refused).toMatchObject({ code: 'workflow.incomplete', status: 422 });
      expect(refused.extra.errors).toEqual(
        expect.arrayContaining([expect.objectContaining({ field: 'files' })]),
      );
    }
    const photo = await world.file(handed.subject.id);
    const done = await orders.fire('bob', handed, 'report-done', {
      fields: { hours: 1 },
      files: [photo],
    });
    const back = await orders.fire('ann', done, 'send-back');
    const same = await problemOf(
      orders.fire('bob', back, 'report-done', { fields: { hours: 1 }, files: [photo] }),
    );
    expect(same.message).toContain('earlier step');
  });

  it('list each person’s possible steps', async () => {
    const checking = await orders.toChecking();
    const can = (name: string) =>
      world.as(name, async (unit) =>
        (await world.workflows.available(unit, world.account(name), checking)).map(({ id }) => id),
      );
    expect(await can('ann')).toEqual(['send-back', 'check']);
    expect(await can('bob')).toEqual([]);
    expect(await can('dee')).toEqual([]);
  });

  it('leave no trace of a refused step', async () => {
    const begun = await orders.start();
    await problemOf(orders.fire('head', begun, 'hand-out', { fields: { mechanic: 'nobody' } }));
    const now = await world.as('head', (unit) => world.workflows.find(unit, begun.subject));
    expect(now).toEqual(begun);
  });
});
