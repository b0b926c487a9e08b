import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import type { FileSubject } from '../../platform/file-sections.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { makeUser } from '../../testing/users.ts';
import { fileSections } from '../gates/file-section.ts';
import type { Correction, Preview } from './schema.ts';

let world: GateWorld;
/** Who the card is bound to, and who wore it. */
let people: { wrong: string; right: string };
let binding: string;
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'corrector', ['badge:correct@all', 'gate:read@all']);
  await makeUser(world.database, 'wrongly', [], { employeeNo: 'E007' });
  await makeUser(world.database, 'rightly', [], { employeeNo: 'E012' });
  const { device } = await world.welder();
  people = await inTenant(async (tx) => {
    const of = async (employeeNo: string) =>
      (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id;
    return { wrong: await of('E007'), right: await of('E012') };
  });
  // Those of the demonstration.
  await inTenant((tx) => tx.gateSession.deleteMany({ where: { machine: 'welder-1' } }));
  const where = { badge: cards.fitter, until: null };
  binding = (await inTenant((tx) => tx.badge.findFirstOrThrow({ where }))).id;
  for (const [machine, decision] of [
    ['welder-1', 'allow'],
    ['welder-1', 'allow'],
  ] as const) {
    expect((await world.ask(device, { machine, card: cards.fitter })).body.decision).toBe(decision);
  }
});
afterAll(() => world?.stop());

const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const send = <Body>(user: string, method: 'GET' | 'POST', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>(user, method, path, body);

interface Own {
  id: string;
  reasons: object[];
  correctedAt: string | null;
  byOwnCard: boolean;
}
/** What a person sees of the two decisions: own list, timeline and the counts of a printed file. */
async function seenBy(user: 'wrongly' | 'rightly') {
  const ids = (await world.decisions()).slice(-2).map(({ id }) => id);
  const own = (await send<{ items: Own[] }>(user, 'GET', '/me/gates?limit=50')).body.items;
  const path = '/me/timeline?kind=gate&limit=50';
  const { items } = (
    await send<{ items: { id: string; tone: string; detail: { en: string } }[] }>(user, 'GET', path)
  ).body;
  const person = user === 'wrongly' ? people.wrong : people.right;
  const subject = {
    ids: [person],
    language: 'en',
    period: { from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 60_000) },
  } as unknown as FileSubject;
  const printed = await inTenant(
    async (tx) => (await fileSections[0]?.read(tx, subject))?.blocks[0],
  );
  const rows = printed?.type === 'facts' ? printed.rows : [];
  return {
    own: own
      .filter(({ id }) => ids.includes(id))
      .map(({ correctedAt, byOwnCard }) => [correctedAt !== null, byOwnCard]),
    timeline: items.filter(({ id }) => ids.includes(id)).map(({ detail }) => detail.en),
    counted: rows.find(([label]) => label === 'Allowed')?.[1],
    notes: rows.filter(([label]) => label.startsWith('Of these')).map(([, value]) => value),
  };
}

/** The two decisions in the own data that a person exports, oldest first: whether corrected, and by the own card. */
async function exportedBy(user: 'wrongly' | 'rightly') {
  const ids = (await world.decisions()).slice(-2).map(({ id }) => id);
  type Exported = { gateDecisions: Own[]; counts: { gateDecisions: number } };
  const { gateDecisions, counts } = (await send<Exported>(user, 'GET', '/me/data.export')).body;
  expect(counts.gateDecisions).toBe(gateDecisions.length);
  return gateDecisions
    .filter(({ id }) => ids.includes(id))
    .map(({ correctedAt, byOwnCard }) => [correctedAt !== null, byOwnCard]);
}

describe('decisions of gates by a card that another person wore', () => {
  it('stay as they were made, say whose card it was, and count for that person, until the correction is undone', async () => {
    const before = [await seenBy('wrongly'), await seenBy('rightly')];
    expect(before).toEqual([
      {
        own: [
          [false, false],
          [false, false],
        ],
        timeline: ['allowed', 'allowed'],
        counted: '2',
        notes: [],
      },
      { own: [], timeline: [], counted: '0', notes: [] },
    ]);
    const unmarked = [false, false];
    expect(await exportedBy('wrongly')).toEqual([unmarked, unmarked]);
    expect(await exportedBy('rightly')).toEqual([]);
    const rows = await world.decisions();
    const asked = { binding, person: people.right, from: null, to: null };
    const seen = await send<Preview>('corrector', 'POST', '/badge-corrections/preview', asked);
    expect(seen.body.decisions).toBe(2);
    const body = { ...asked, reason: 'Mixed up', digest: seen.body.digest };
    const done = await send<Correction>('corrector', 'POST', '/badge-corrections', body);
    expect(done.status, JSON.stringify(done.body)).toBe(201);

    expect(await world.decisions()).toEqual(rows);
    const another = /^allowed; the card was another person's \(corrected on 20\d\d-.*\)$/;
    expect(await seenBy('wrongly')).toEqual({
      own: [
        [true, false],
        [true, false],
      ],
      timeline: [expect.stringMatching(another), expect.stringMatching(another)],
      counted: '0',
      notes: [],
    });
    const entered = expect.stringContaining('the card had been entered for another person');
    expect(await seenBy('rightly')).toEqual({
      own: [
        [true, true],
        [true, true],
      ],
      timeline: [entered, entered],
      counted: '2',
      notes: ['2'],
    });
    // The own data that both export say the same.
    expect(await exportedBy('wrongly')).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await exportedBy('rightly')).toEqual([
      [true, true],
      [true, true],
    ]);
    const id = rows.at(-1)?.id;
    const path = `/gates/decisions?person=${people.right}`;
    const list = await send<{ items: Own[] }>('corrector', 'GET', path);
    expect(list.body.items.find((one) => one.id === id)?.correctedAt).not.toBeNull();

    const undoing = `/badge-corrections/${done.body.id}/undo`;
    const back = (await send<Preview>('corrector', 'GET', undoing)).body;
    expect(back.decisions).toBe(2);
    const undo = { reason: 'Right at first', digest: back.digest };
    expect((await send('corrector', 'POST', undoing, undo)).status).toBe(200);
    expect([await seenBy('wrongly'), await seenBy('rightly')]).toEqual(before);
  }, 60_000);
});
