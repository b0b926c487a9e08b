import pino from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnits } from '../../../platform/db/unit-of-work.ts';
import { type LabelsWorld, openLabelsWorld } from '../../../testing/labels-world.ts';
import { createPurge } from '../../privacy/purge.ts';
import { createLabelExports } from './exports.ts';

let world: LabelsWorld;
beforeAll(async () => {
  world = await openLabelsWorld();
});
afterAll(() => world?.close());

describe('a labelled set', () => {
  it('leaves out a picture of whom a badge names, unless that person agreed to it', async () => {
    const skipped = async () =>
      ((await world.make()).counts as { skipped?: object } | null)?.skipped;
    const before = await skipped();
    const person = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { id } = await tx.person.findFirstOrThrow({ where: { employeeNo: 'E011' } });
      const of = { tenantId: 'demo', violationId: world.ids[1]!, personId: id };
      await tx.violationCandidate.create({ data: { ...of, handle: 'A'.repeat(16) } });
      return id;
    });
    expect(await skipped()).toMatchObject({ refused: 1 });
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.consent.create({
        data: {
          tenantId: 'demo',
          personId: person,
          purposeId: 'training-data',
          noticeVersion: 1,
          scope: ['video'],
          decision: 'given',
          how: 'paper',
        },
      }),
    );
    expect(await skipped()).toEqual(before);
  });

  describe('[SEC-21] where people said no to the use of their pictures', () => {
    const answer = (employeeNo: string, decision: 'given' | 'refused' | 'withdrawn') =>
      world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const person = await tx.person.findFirstOrThrow({ where: { employeeNo } });
        await tx.consent.create({
          data: {
            tenantId: 'demo',
            personId: person.id,
            purposeId: 'training-data',
            noticeVersion: 1,
            scope: ['video'],
            decision,
            how: 'paper',
          },
        });
        return person.id;
      });

    it('leaves out every picture with a person from the site where they work', async () => {
      const before = await world.make();
      expect((await world.archive(before.id)).status).toBe(200);
      // A user of another site.
      await answer('E009', 'refused');
      expect((await world.make()).counts).not.toHaveProperty('skipped.refused');
      await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.department.update({
          where: { tenantId_id: { tenantId: 'demo', id: 'purchasing' } },
          data: { site: 'plant-1' },
        }),
      );
      const id = await answer('E008', 'refused');
      const set = await world.make();
      expect(set).toMatchObject({ state: 'ready', counts: { skipped: { refused: 13 } } });
      const { pictures } = set.counts as unknown as { pictures: number };
      // Of the rest, either no person is shown (by the verdict), or the site is another.
      expect(pictures).toBe(2);

      // An older export can no longer be downloaded.
      expect(await (await world.archive(before.id)).json()).toMatchObject({
        code: 'model.export-not-ready',
      });
      const shown = await world.api.get(`/api/v1/models/label-exports/${before.id}`, world.owner);
      expect(await shown.json()).toMatchObject({ state: 'removed' });

      // Pictures from before the first day and after the last day of that person do not show them.
      await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.person.update({
          where: { tenantId_id: { tenantId: 'demo', id } },
          data: {
            status: 'left',
            hiredOn: new Date('2026-09-16'),
            leftOn: new Date('2026-10-01'),
          },
        }),
      );
      const part = await world.make();
      const { refused = 0 } = (part.counts as unknown as { skipped: { refused?: number } }).skipped;
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(13);
    });

    it('removes the file of an older set in the next night, not after its term', async () => {
      const removed: string[] = [];
      const units = createUnits({ database: world.database, onError: () => {} });
      const store = { remove: async (_: string, sha256: string) => void removed.push(sha256) };
      const { items } = await createPurge({ units, store }).run('demo');
      expect(items.find(({ policy }) => policy === 'training-pictures')?.count).toBeGreaterThan(0);
      expect(removed.length).toBeGreaterThan(0);
    });

    it('uses them again once they agree', async () => {
      await answer('E008', 'given');
      const { counts } = await world.make();
      expect((counts as unknown as { skipped: object }).skipped).not.toHaveProperty('refused');
    });
  });

  it('is neither made nor taken out where the purpose was given up', async () => {
    const made = await world.make();
    expect((await world.archive(made.id)).status).toBe(200);
    const waiting = ulid();
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.modelLabelExport.create({
        data: {
          tenantId: 'demo',
          id: waiting,
          state: 'waiting',
          filter: {},
          requestedBy: waiting,
          requestedName: { zh: 'x', en: 'x' },
        },
      }),
    );
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const newest = await tx.consentPurpose.findFirstOrThrow({
        where: { id: 'training-data' },
        orderBy: { version: 'desc' },
      });
      await tx.consentPurpose.createMany({
        data: [
          {
            ...newest,
            version: newest.version + 1,
            active: false,
            name: { zh: 'x', en: 'x' },
            notice: { zh: 'x', en: 'x' },
          },
        ],
      });
    });
    const asked = await world.api.post('/api/v1/models/label-exports', {}, world.owner);
    expect(await asked.json()).toMatchObject({ code: 'model.purpose-off' });
    const taken = await world.archive(made.id);
    expect(await taken.json()).toMatchObject({ code: 'model.purpose-off' });
    // One that was asked for before is not made any more, and says why.
    const late = createLabelExports({
      units: createUnits({ database: world.database, onError: () => {} }),
      database: world.database,
      jobs: { define() {} } as never,
      store: {} as never,
      log: pino({ level: 'silent' }),
    });
    await late.make('demo', waiting);
    const now = await world.api.get(`/api/v1/models/label-exports/${waiting}`, world.owner);
    expect(await now.json()).toMatchObject({ state: 'failed', problem: expect.any(String) });
  });
});
