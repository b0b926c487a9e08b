import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChainWorld, openChainWorld } from '../../testing/incident-chain.ts';
import { until } from '../../testing/site.ts';
import type { IncidentDetail } from '../incidents/schema.ts';

let world: ChainWorld;
beforeAll(async () => {
  world = await openChainWorld();
});
afterAll(() => world?.stop());

const entriesOf = async (kind: string, user = 'officer', id = world.incident) =>
  (await world.chainOf(user, id)).body.items.filter((one) => one.kind === kind);

describe('what was done because of an incident', () => {
  it('[ARC-02] stands apart from other commands of the area, also where the area is not known', async () => {
    const [other] = await entriesOf('command');
    expect(other?.detail?.en).toContain('the press runs without a helmet');
    expect(await entriesOf('incident-command')).toEqual([]);
    const beacon = await world.inTenant((tx) =>
      tx.siteDevice.findFirstOrThrow({ where: { device: 'press-beacon' } }),
    );
    const { id } = await world.done<{ id: string }>(
      'operator',
      'POST',
      `/incidents/${world.incident}/actions`,
      { key: ulid(), device: beacon.id, action: 'alarm', reason: 'a hand is in the press' },
    );
    expect(await entriesOf('incident-command')).toEqual([
      expect.objectContaining({
        id,
        detail: expect.objectContaining({ en: expect.stringContaining('a hand is in the press') }),
      }),
    ]);
    // The signal of before may have been undone meanwhile.
    const others = (await entriesOf('command')).map((one) => one.id);
    expect(others).toContain(other?.id);
    expect(others).not.toContain(id);
    // A finding without an area has no place to look for, and still its own commands.
    await world.inTenant((tx) =>
      tx.violation.updateMany({ where: { id: world.finding }, data: { areaId: null } }),
    );
    expect((await entriesOf('incident-command')).map((one) => one.id)).toContain(id);
    expect(await entriesOf('command')).toEqual([]);
    await world.inTenant((tx) =>
      tx.violation.updateMany({ where: { id: world.finding }, data: { areaId: 'press-line' } }),
    );
    // Both need the right to commands.
    const { kinds } = (await world.chainOf('reader')).body;
    expect(kinds.filter(({ kind }) => kind.includes('command'))).toEqual([]);
  });

  it('has who took note of the alarm in the control room, and the notes of people', async () => {
    await world.inTenant(async (tx) => {
      const user = await tx.appUser.findFirstOrThrow({ where: { username: 'operator' } });
      await tx.alarmAcknowledgement.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          incidentId: world.incident,
          severity: 'high',
          byUser: user.id,
        },
      });
    });
    await world.done('operator', 'POST', `/incidents/${world.incident}/notes`, {
      key: 'a note of a test',
      text: 'the guard is closed again',
    });
    expect(await entriesOf('acknowledgement')).toMatchObject([
      {
        part: 'during',
        title: { en: 'Li Zhiban acknowledged the alarm' },
        detail: { en: 'high severity' },
      },
    ]);
    expect(await entriesOf('note')).toMatchObject([
      { part: 'after', title: { en: 'the guard is closed again' }, detail: { en: 'Li Zhiban' } },
    ]);
    // Of an account that is gone both say so in the same words.
    const gone = { tenantId: 'demo', incidentId: world.incident, byUser: ulid() };
    await world.inTenant(async (tx) => {
      await tx.alarmAcknowledgement.create({ data: { ...gone, id: ulid(), severity: 'low' } });
      await tx.incidentNote.create({ data: { ...gone, id: ulid(), key: 'gone', text: 'open' } });
    });
    expect((await entriesOf('acknowledgement')).map(({ title }) => title.en)).toContain(
      '(removed) acknowledged the alarm',
    );
    expect((await entriesOf('note')).map(({ detail }) => detail?.zh)).toContain('（已删除）');
    // Notes are for those who see all of it.
    await world.inTenant((tx) =>
      tx.incident.updateMany({ where: { id: world.incident }, data: { areas: [] } }),
    );
    const { kinds } = (await world.chainOf('press')).body;
    expect(kinds.map(({ kind }) => kind)).toContain('finding');
    expect(kinds.filter(({ kind }) => ['note', 'acknowledgement'].includes(kind))).toEqual([]);
  });
});

describe('an incident without an alarm', () => {
  const decisionOf = (violation: string) =>
    until(
      () => world.inTenant((tx) => tx.alarmDecision.findFirst({ where: { violation } })),
      'what the plan said is kept',
    );
  const whyOf = async (finding: string, user = 'officer') => {
    const { items } = await world.done<{ items: IncidentDetail[] }>(
      'officer',
      'GET',
      `/incidents?finding=${finding}`,
    );
    return (await entriesOf('no-alarm', user, items[0]?.id)).map(({ title, detail }) => [
      title.en,
      detail?.en,
    ]);
  };
  /** Far from each other, so that each is an incident of its own. */
  let hours = 1;
  const confirm = async () => {
    const at = Date.now() - hours++ * 3_600_000;
    const { data } = await world.confirm({
      startedAt: new Date(at).toISOString(),
      confirmedAt: new Date(at + 1).toISOString(),
      actor: `one-${hours}`,
    });
    await decisionOf(data.violation);
    return data.violation;
  };

  it('[ARC-11] says the reason that was so then, whatever the plan says since', async () => {
    const planned = await confirm();
    const isPlanned = /^by the plan \(.+\) there should be one, but its worker has reported none$/;
    expect(await whyOf(planned)).toEqual([['No alarm on site', expect.stringMatching(isPlanned)]]);
    // Who sees incidents and no commands reads it, too, without the names of the plan.
    expect(await whyOf(planned, 'reader')).toEqual([
      ['No alarm on site', 'by the plan there should be one, but its worker has reported none'],
    ]);
    await world.inTenant((tx) => tx.alarmLine.updateMany({ data: { active: false } }));
    expect(await whyOf(planned)).toEqual([['No alarm on site', expect.stringMatching(isPlanned)]]);
    const unused = await confirm();
    expect(await whyOf(unused)).toEqual([
      ['No alarm on site', expect.stringContaining('was out of use then')],
    ]);
    await world.inTenant((tx) =>
      tx.alarmLine.updateMany({ data: { active: true, rules: ['running'] } }),
    );
    expect(await whyOf(await confirm())).toEqual([
      ['No alarm on site', expect.stringContaining('is for this rule, severity and place')],
    ]);
    await world.done('admin', 'PUT', '/features/site-devices', { on: false });
    const off = await confirm();
    await world.done('admin', 'PUT', '/features/site-devices', { on: true });
    expect(await whyOf(off)).toEqual([
      ['No alarm on site', 'devices on site were switched off then'],
    ]);
    // One of before decisions were kept.
    await world.inTenant((tx) => tx.alarmDecision.deleteMany({ where: { violation: planned } }));
    expect(await whyOf(planned)).toEqual([
      ['No alarm on site', 'what the alarm plan said then is not on record'],
    ]);
  });
});
