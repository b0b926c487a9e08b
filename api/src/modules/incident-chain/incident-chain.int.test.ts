import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChainWorld, openChainWorld } from '../../testing/incident-chain.ts';
import { readFacts } from '../facts.ts';
import type { IncidentChain } from './schema.ts';

let world: ChainWorld;
let chainOf: ChainWorld['chainOf'];
let inTenant: ChainWorld['inTenant'];
let done: ChainWorld['done'];
let incident: string;
let finding: string;
let person: string;
const NAME = '孙小梅';
const kindsOf = ({ kinds }: IncidentChain) => kinds.map(({ kind }) => kind);

beforeAll(async () => {
  world = await openChainWorld();
  ({ chainOf, inTenant, done, incident, finding, person } = world);
});
afterAll(() => world?.stop());

describe('the chain of an incident', () => {
  it('[ARC-02] joins what was before, during and after it, in the order of time, with links', async () => {
    const { status, body } = await chainOf('officer');
    expect(status).toBe(200);
    const of = (part: string) => [
      ...new Set(body.items.filter((one) => one.part === part).map(({ kind }) => kind)),
    ];
    expect(of('before')).toEqual(expect.arrayContaining(['open-hazard', 'qualification', 'fence']));
    expect(of('during')).toEqual(
      expect.arrayContaining([
        'gate',
        'operation',
        'badge',
        'finding',
        'machine',
        'alarm',
        'command',
      ]),
    );
    expect(of('after')).toEqual(
      expect.arrayContaining([
        'verdict',
        'file-entry',
        'raised-hazard',
        'evidence-hold',
        'evidence-pack',
      ]),
    );
    const times = body.items.flatMap(({ at }) => at ?? []);
    expect(times).toEqual([...times].sort());
    // What held comes before what happened.
    expect(body.items.map(({ at }) => at === null)).toEqual(
      [...body.items.map(({ at }) => at === null)].sort((a, b) => Number(b) - Number(a)),
    );
    const positionOf = (kind: string) => body.items.findIndex((one) => one.kind === kind);
    const inOrder = [
      'open-hazard',
      'gate',
      'finding',
      'alarm',
      'command',
      'verdict',
      'raised-hazard',
    ];
    expect(inOrder.map(positionOf)).toEqual(inOrder.map(positionOf).toSorted((a, b) => a - b));
    const links = body.items.map(({ link }) => link);
    for (const link of [
      `/hazards/${world.hazardBefore}`,
      `/hazards/${world.hazardAfter}`,
      `/gates/${world.refused}`,
      `/violations/${finding}?status=all`,
    ]) {
      expect(links).toContain(link);
    }
    // The file of the person is a page of those who may read it.
    const file = `/people/${person}/file`;
    expect(links).not.toContain(file);
    expect((await chainOf('safety')).body.items.map(({ link }) => link)).toContain(file);
    for (const { title, detail } of body.items) {
      expect(title.zh).toMatch(/\p{Script=Han}/u);
      for (const text of [title.zh, title.en, detail?.zh ?? '', detail?.en ?? '']) {
        expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      }
    }
    expect(new Set(body.items.map(({ kind, id }) => `${kind}:${id}`)).size).toBe(body.items.length);
  });

  it('[ARC-11] says of each alarm what decided it, what was done, or why nothing was', async () => {
    const { body } = await chainOf('officer');
    const alarms = body.items.filter(({ kind }) => kind === 'alarm');
    expect(alarms.length).toBe(2);
    for (const { detail } of alarms) expect(detail?.en).toContain('by the plan: ');
    expect(alarms.find(({ tone }) => tone === 'ok')).toMatchObject({
      title: { en: 'Alarm on site (Beacon of the press line): given' },
      detail: { en: expect.stringContaining('light flashes, sound on') },
    });
    expect(alarms.find(({ tone }) => tone === 'warn')).toMatchObject({
      title: { en: 'Alarm on site (Beacon of the press line): not given' },
      detail: { en: expect.stringContaining('muted') },
    });
    expect(body.items.find(({ kind }) => kind === 'command')).toMatchObject({
      title: { en: expect.stringContaining('Command signal (Beacon of the press line)') },
      detail: { en: expect.stringContaining('the press runs without a helmet') },
    });
  });

  it('keeps what is of the named person from accounts without the right over that person', async () => {
    const officer = (await chainOf('officer')).body;
    expect(JSON.stringify(officer)).toContain(NAME);
    const press = await chainOf('press');
    expect(press.status).toBe(200);
    // The department of the person reads the file, and has no right to qualifications.
    expect(kindsOf(press.body)).toContain('file-entry');
    expect(kindsOf(press.body)).not.toContain('qualification');
    // Who reads every incident, and no qualification, alarm or permit.
    const reader = (await chainOf('reader')).body;
    for (const kind of ['qualification', 'last-drill', 'open-hazard', 'alarm', 'permit', 'look']) {
      expect(kindsOf(reader)).not.toContain(kind);
    }
    // Before the verdict no one but reviewers saw a name, nor that there was one.
    expect(kindsOf(world.unnamed)).toContain('finding');
    expect(kindsOf(world.unnamed)).not.toContain('file-entry');
    for (const text of [NAME, person]) expect(JSON.stringify(world.unnamed)).not.toContain(text);
    // Others who were near are never named.
    for (const one of [officer, reader]) {
      const near = one.items.filter(({ kind }) => ['gate', 'badge', 'fence-event'].includes(kind));
      expect(near.some(({ kind }) => kind === 'gate')).toBe(true);
      for (const text of [world.refusedPerson.id, world.refusedPerson.name]) {
        expect(JSON.stringify(near)).not.toContain(text);
      }
    }
  });

  it('shows a badge only with consent, the right and the time around it', async () => {
    const badges = async (user: string) =>
      (await chainOf(user)).body.items.filter(({ kind }) => kind === 'badge');
    expect((await badges('officer')).length).toBe(1);
    expect(kindsOf((await chainOf('press')).body)).not.toContain('badge');
    await world.consent(person, 'badge-tracking', 'withdrawn');
    expect(await badges('officer')).toEqual([]);
    await world.consent(person, 'badge-tracking', 'given');
  });

  it('notes that a person was looked at, and shows looks to readers of the audit log', async () => {
    const looks = () =>
      inTenant((tx) =>
        tx.auditLog.count({ where: { action: 'view', entity: 'person', personId: person } }),
      );
    const first = await looks();
    await chainOf('officer');
    expect(await looks()).toBe(first + 1);
    await chainOf('reader');
    expect(await looks()).toBe(first + 2);
    const report = { language: 'en', originals: false };
    const safety = await world.api.signIn('safety');
    const made = await world.api.post(`/api/v1/incidents/${incident}/report`, report, safety);
    expect(made.status).toBe(200);
    const seen = (await chainOf('officer')).body.items.filter(({ kind }) => kind === 'look');
    expect(seen).toContainEqual(
      expect.objectContaining({
        title: expect.objectContaining({ en: 'safety exported incident' }),
      }),
    );
    expect(kindsOf((await chainOf('reader')).body)).not.toContain('look');
  });

  it('notes that the audit log was read, and shows looks at packs and entries of the file', async () => {
    const queries = () =>
      inTenant((tx) => tx.auditLog.count({ where: { action: 'query', entity: 'audit' } }));
    const first = await queries();
    await chainOf('reader');
    expect(await queries()).toBe(first);
    const entry = await inTenant((tx) =>
      tx.safetyEntry.findFirstOrThrow({ where: { violationId: finding } }),
    );
    await done('safety', 'GET', `/safety-entries/${entry.id}`);
    const seen = (await chainOf('officer')).body.items.filter(({ kind }) => kind === 'look');
    expect(seen.map(({ link }) => link)).toContain(
      `/admin/audit?entity=safety-entry&entityId=${entry.id}`,
    );
    expect(await queries()).toBe(first + 1);
  });

  it('leaves out what belongs to a module that is off', async () => {
    await done('admin', 'PUT', '/features/hazards', { on: false });
    const off = (await chainOf('officer')).body;
    expect(kindsOf(off).filter((kind) => kind.includes('hazard'))).toEqual([]);
    expect(off.items.filter(({ kind }) => kind.includes('hazard'))).toEqual([]);
    await done('admin', 'PUT', '/features/hazards', { on: true });
    expect(kindsOf((await chainOf('officer')).body)).toContain('open-hazard');
  });

  it('answers for what is unknown or out of reach as the incident itself does', async () => {
    for (const [user, id] of [
      ['officer', ulid()],
      ['neighbour', incident],
    ] as const) {
      const itself = await world.api.send<{ code: string }>(user, 'GET', `/incidents/${id}`);
      const { status, body } = await chainOf(user, id);
      expect([status, body.code]).toEqual([itself.status, itself.body.code]);
      expect([status, body.code]).toEqual([404, 'incident.unknown']);
    }
    expect((await chainOf('maintainer')).status).toBe(403);
    expect((await world.api.get(`/api/v1/incidents/${incident}/chain`)).status).toBe(401);
  });

  it('has nothing of another tenant', async () => {
    const other = ulid();
    const owner = new pg.Client({ connectionString: world.superUrl });
    await owner.connect();
    await owner.query(`INSERT INTO tenant (id, name) VALUES ('other', '{"zh":"乙","en":"Other"}')`);
    for (const [table, id, change] of [
      ['hazard', world.hazardBefore, { tenant_id: 'other', id: ulid(), no: 'OTHER-1' }],
      ['incident', incident, { tenant_id: 'other', id: other }],
    ] as const) {
      await owner.query(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(t, $1)).* FROM ${table} t WHERE t.id = $2`,
        [JSON.stringify(change), id],
      );
    }
    await owner.end();
    expect(JSON.stringify((await chainOf('officer')).body)).not.toContain('OTHER-1');
    const { status, body } = await chainOf('officer', other);
    expect([status, body.code]).toEqual([404, 'incident.unknown']);
  });

  it('shows at most 20 of a kind, and says that there are more', async () => {
    await inTenant(async (tx) => {
      const one = await tx.hazard.findFirstOrThrow({ where: { id: world.hazardBefore } });
      const { details, reporterName, ...row } = one;
      await tx.hazard.createMany({
        data: Array.from({ length: 25 }, (_, n) => ({
          ...row,
          details: details as object,
          reporterName: reporterName as object,
          id: ulid(),
          no: `MANY-${n}`,
        })),
      });
    });
    const { body } = await chainOf('officer');
    expect(body.items.filter(({ kind }) => kind === 'open-hazard').length).toBe(20);
    expect(body.kinds.find(({ kind }) => kind === 'open-hazard')?.more).toBe(true);
    expect(body.kinds.find(({ kind }) => kind === 'finding')?.more).toBe(false);
  });

  it('each source has its own kind', async () => {
    const kinds = (await readFacts()).flatMap(({ chain }) => chain ?? []).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
