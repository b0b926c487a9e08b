import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { textOfPdf } from '../../testing/pdf.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { raiseViolation } from '../violations/raise.ts';
import type { OperationHistory } from './schema.ts';

const used = useApi();
const tenantId = 'demo';
const HOUR_MS = 3_600_000;
/** 10:00 of a day of the plant. */
const begin = new Date('2026-11-20T02:00:00Z');
const hours = (n: number) => new Date(begin.getTime() + n * HOUR_MS);
let person: string;

const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
  used.database.transaction({ tenant: tenantId, user: null }, work);
const name = (text: string) => ({ zh: text, en: text });

/** A violation that the API raised at a machine, in an incident of its own that is confirmed or not. */
const atMachine = (startedAt: Date, status: string, of: string | null = null) =>
  inTenant(async (tx) => {
    const operator = { machine: 'press-1', reason: 'post', codes: [], decision: null, cameras: [] };
    const raised = {
      seen: null,
      operator,
      identity: null,
      person: of,
      severity: 'warning',
      site: 'plant-1',
      areaId: 'press-line',
      startedAt,
      machineAt: startedAt,
      binding: null,
      candidates: [],
    } as unknown as Parameters<typeof raiseViolation>[2];
    const { id } = await raiseViolation(tx, tenantId, raised, startedAt);
    const incident = newId();
    await tx.incident.create({
      data: {
        tenantId,
        id: incident,
        site: 'plant-1',
        subject: 'machine',
        status,
        severity: 'warning',
        mainId: id,
        startedAt,
        lastAt: startedAt,
        findings: 1,
        undecided: 0,
        reviewedBy: newId(),
        reviewedByName: name('王安全'),
        reviewedAt: startedAt,
      },
    });
    await tx.incidentFinding.create({ data: { tenantId, findingId: id, incidentId: incident } });
    return id;
  });

/** An entry in the file of the person. */
const entry = (startedAt: Date, more: { violationId?: string; areaId?: string | null } = {}) =>
  inTenant((tx) =>
    tx.safetyEntry.create({
      data: {
        tenantId,
        id: newId(),
        personId: person,
        violationId: newId(),
        verdictVersion: 1,
        rule: 'missing-ppe',
        kindName: name('未戴安全帽'),
        ruleId: 'helmet',
        severity: 'warning',
        modelName: 'm',
        modelVersion: '1',
        startedAt,
        site: 'plant-1',
        areaId: 'press-line',
        camera: 'hall-west',
        cameraName: name('西侧'),
        confidence: 0.9,
        basis: 'badge',
        explanation: [],
        reviewerId: newId(),
        reviewerName: name('王安全'),
        reviewedAt: startedAt,
        objectUntil: startedAt,
        told: false,
        ...more,
      },
    }),
  );
const history = async (user: string, path = `/persons/${person}/operation-history`) =>
  used.api.send<OperationHistory>(user, 'GET', path);

beforeAll(async () => {
  const row = await inTenant((tx) => tx.person.findFirstOrThrow({ where: { employeeNo: 'E006' } }));
  person = row.id;
  // Those of the demonstration.
  await inTenant((tx) => tx.gateSession.deleteMany({ where: { personId: person } }));
  await inTenant((tx) =>
    tx.gateSession.createMany({
      data: [
        { machine: 'press-1', from: hours(0), until: hours(2) },
        { machine: 'press-1', from: hours(24), until: hours(24.5) },
        { machine: 'lathe-1', from: hours(4), until: hours(5) },
      ].map((one) => ({
        ...one,
        tenantId,
        id: newId(),
        decisionId: newId(),
        pointId: newId(),
        personId: person,
        checkAt: one.until,
      })),
    }),
  );
  // In the file: at the press, in its area while it was operated; elsewhere or at another time it is of no machine.
  await entry(hours(1));
  await entry(hours(3));
  await entry(hours(1), { areaId: 'rack-store' });
  const named = await atMachine(hours(0.5), 'confirmed', person);
  await entry(hours(0.5), { violationId: named });
  const withdrawn = await entry(hours(1.5));
  await inTenant((tx) =>
    tx.safetyEntryChange.create({
      data: { tenantId, entryId: withdrawn.id, number: 1, kind: 'withdrawn' },
    }),
  );
  // At the machine, with no person named; one that was dismissed, and one of a time when another person operated it.
  await atMachine(hours(1), 'confirmed');
  await atMachine(hours(1), 'dismissed');
  await atMachine(hours(10), 'confirmed');
  await makeUser(used.database, 'gates-only', ['person:read@all', 'gate:read@all']);
  await makeUser(
    used.database,
    'other-head',
    ['gate:read@department', 'violation:read@department'],
    {
      employeeNo: 'E012',
    },
  );
  await makeUser(used.database, 'press-own', ['person:read@own'], { employeeNo: 'E006' });
  await makeUser(
    used.database,
    'press-head',
    ['person:read@department', 'gate:read@department', 'violation:read@department'],
    { employeeNo: 'E005' },
  );
});

describe('[PER-03] the history of operation of a person', () => {
  const press = {
    machine: { id: 'press-1', name: { zh: expect.any(String), en: expect.any(String) } },
    sessions: 2,
    hours: 2.5,
    on: '2026-11-21',
    violations: 2,
    incidents: 2,
  };
  it('says of each machine the hours, the last day, and what happened meanwhile', async () => {
    const { status, body } = await history('safety.head');
    expect(status).toBe(200);
    expect(body.items).toEqual([
      press,
      expect.objectContaining({ sessions: 1, hours: 1, violations: 0, incidents: 0 }),
    ]);
  });

  it('is read within the reach of the right, by the person themselves without one', async () => {
    expect((await history('press-head')).body.items[0]).toEqual(press);
    expect((await history('other-head')).status).toBe(404);
    expect((await history('press-own')).status).toBe(403);
    expect((await history('press-own', '/me/operation-history')).body.items[0]).toEqual(press);
    // Violations have a right of their own.
    expect((await history('gates-only')).body.items[0]).toEqual({
      ...press,
      violations: null,
      incidents: null,
    });
  });

  it('stands in the document of the file, and in none for those outside', async () => {
    const print = async (more: object) => {
      const body = { purpose: '年度考核', language: 'zh', ...more };
      const headers = await used.api.signIn('safety.head');
      const answer = await used.api.post(`/api/v1/persons/${person}/file/document`, body, headers);
      expect(answer.status).toBe(200);
      return textOfPdf(new Uint8Array(await answer.arrayBuffer()));
    };
    const internal = await print({ recipient: 'internal' });
    expect(internal).toContain('操作履历');
    expect(internal).toContain('2.5小时，2次，最近2026-11-21；期间：违章2起，该设备事件2起');
    const outside = await print({ recipient: 'outside', recipientName: '某某汽车有限公司' });
    expect(outside).not.toContain('操作履历');
  });
});
