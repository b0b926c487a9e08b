import { beforeAll, describe, expect, it } from 'vitest';
import {
  NATIONAL_ID,
  type QualificationList,
  qualificationActs,
} from '../../testing/qualifications.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { Person } from '../people/schema.ts';

const used = useApi({ processes: 2 });
const {
  send,
  hired,
  welding,
  add,
  added,
  step,
  check,
  scan,
  sent,
  auditOf,
  factsOf,
  makeAccounts,
} = qualificationActs(used);
let sender: Person;
beforeAll(async () => {
  sender = await makeAccounts();
});

describe('numbers and medical checks', () => {
  it('a number that holds the identity number is sealed, masked, and revealed with a reason', async () => {
    const person = await hired({ nationalId: NATIONAL_ID });
    const one = await added(person, welding({ number: `T${NATIONAL_ID}` }));
    expect(one).toMatchObject({
      number: `T320***********${NATIONAL_ID.slice(-4)}`,
      numberSealed: true,
    });
    const rows = await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.qualification.findMany({ where: { id: one.id } }),
      await tx.auditLog.findMany({ where: { entityId: one.id } }),
      await tx.outboxEvent.findMany(),
    ]);
    expect(
      JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
    ).not.toContain(NATIONAL_ID);
    const path = `/qualifications/${one.id}/number`;
    expect((await send('office', 'POST', path, { reason: 'to compare' })).status).toBe(403);
    const plain = await send<{ value: string }>('revealer', 'POST', path, { reason: 'to compare' });
    expect(plain.body).toEqual({ value: `T${NATIONAL_ID}` });
    expect((await auditOf(one.id)).at(-1)).toMatchObject({
      action: 'reveal',
      reason: 'to compare',
    });
    const wrong = await add(await hired(), welding({ number: `T${NATIONAL_ID}` }));
    expect([wrong.status, wrong.body.code]).toEqual([422, 'qualification.other-person']);
    const hyphens = `T-${NATIONAL_ID.slice(0, 6)}-${NATIONAL_ID.slice(6)}`;
    const other = await add(await hired(), welding({ number: hyphens }));
    expect(other.body.code).toBe('qualification.other-person');
    // One digit is mistyped: it cannot be compared, and is sealed all the same.
    const mistyped = `T${NATIONAL_ID.slice(0, 16)}${(Number(NATIONAL_ID[16]) + 1) % 10}${NATIONAL_ID[17]}`;
    const near = await added(person, welding({ category: 'height', number: mistyped }));
    expect(near).toMatchObject({ numberSealed: true });
    const stored = await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.qualification.findMany({ where: { id: near.id } }),
      (await tx.auditLog.findMany({ where: { entityId: near.id } })).map(({ after }) => after),
    ]);
    expect(JSON.stringify(stored)).not.toContain(mistyped.slice(1));
  });

  it('of a medical check others see the result only; details and scans need their permission', async () => {
    const person = await hired();
    const input = {
      type: 'fitness',
      category: 'in-post',
      result: 'restricted',
      detail: 'hearing loss 40 dB',
      validFrom: dayIn(-1),
      validUntil: dayIn(364),
      fileIds: [await scan('doctor')],
    };
    expect((await add(person, input)).status).toBe(403);
    const made = await add(person, input, 'doctor');
    expect(made.body).toMatchObject({ result: 'restricted', hasDetail: true, files: [] });
    const seen = await send('office', 'GET', `/qualifications/${made.body.id}`);
    expect(seen.body).toMatchObject({ result: 'restricted', files: [], mayManage: false });
    expect(JSON.stringify(seen.body)).not.toContain('hearing');
    const file = `/files/${input.fileIds[0]}/content`;
    const opens = async (user: string) =>
      (await used.api.get(`/api/v1${file}`, await used.api.signIn(user))).status;
    expect([await opens('office'), await opens('revealer')]).toEqual([404, 200]);
    const path = `/qualifications/${made.body.id}/detail`;
    expect((await send('office', 'POST', path, { reason: 'curiosity' })).status).toBe(403);
    const plain = await send<{ value: string }>('revealer', 'POST', path, {
      reason: 'accident report',
    });
    expect(plain.body.value).toBe(input.detail);
    const lines = await auditOf(made.body.id);
    expect(lines.at(-1)).toMatchObject({ action: 'reveal', after: { field: 'detail' } });
    const text = JSON.stringify(lines, (_, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    expect(text).not.toContain('hearing');
  });
});

describe('why a medical check was suspended or revoked', () => {
  it('is for the person and those who enter or see details, and not in notices or the audit log', async () => {
    const input = {
      type: 'fitness',
      category: 'in-post',
      result: 'fit',
      validFrom: dayIn(-1),
      validUntil: dayIn(364),
    };
    const made = (await add(sender, input, 'doctor')).body;
    const path = (name: string) => `/qualifications/${made.id}${name}`;
    const body = (version: number) => ({ version, reason: 'epilepsy was found' });
    const suspended = await send('doctor', 'POST', path('/suspend'), body(made.version));
    expect(suspended.body).toMatchObject({ suspendReason: 'epilepsy was found' });
    expect((await send('office', 'GET', path(''))).body).toMatchObject({
      state: 'suspended',
      suspendReason: null,
    });
    await send('doctor', 'POST', path('/revoke'), body(suspended.body.version));
    for (const user of ['doctor', 'revealer', 'sender']) {
      const { revokeReason, suspendReason } = (await send(user, 'GET', path(''))).body;
      expect([suspendReason, revokeReason], user).toEqual([
        'epilepsy was found',
        'epilepsy was found',
      ]);
    }
    const seen = [
      await send('office', 'GET', path('')),
      await send('office', 'GET', path('/history')),
      await send('office', 'GET', `/persons/${sender.id}/qualifications`),
      await send('sender', 'GET', '/notices'),
    ].map((answer) => JSON.stringify(answer.body));
    expect(seen.join()).not.toContain('epilepsy');
    expect(seen[3]).toContain('My certificates says why');
    const lines = (await auditOf(made.id)).map(({ action, reason }) => [action, reason]);
    expect(lines.slice(1)).toEqual([
      ['qualification-suspend', null],
      ['qualification-revoke', null],
    ]);
  });
});

describe('what people send of their own', () => {
  it('counts once another person accepted it, and never by their own hand', async () => {
    const { status, body } = await sent({ category: 'refrigeration' });
    expect([status, body.state, body.mayCheck]).toEqual([201, 'waiting', false]);
    expect((await factsOf(sender.id)).some(({ id }) => id === body.id)).toBe(false);
    const own = await check(body, 'accept', 'sender');
    expect([own.status, own.body.code]).toEqual([403, 'qualification.own']);
    const queue = await send<QualificationList>('checker', 'GET', '/qualifications?state=waiting');
    expect(queue.body.items.find(({ id }) => id === body.id)?.mayCheck).toBe(true);
    const [a, b] = await Promise.all([check(body, 'accept'), check(body, 'refuse', 'checker')]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    const now = await send('sender', 'GET', `/qualifications/${body.id}`);
    expect(now.body.state).toBe(a.status === 200 ? 'valid' : 'refused');
    const notices = await send<{ items: { kind: string }[] }>('sender', 'GET', '/notices');
    expect(notices.body.items.map(({ kind }) => kind)).toContain('qualification.checked');
    // The database holds it too, whatever program asks.
    const waiting = (await sent({ category: 'refrigeration' })).body;
    await expect(
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const { enteredBy } = await tx.qualification.findFirstOrThrow({
          where: { id: waiting.id },
        });
        await tx.qualification.updateMany({
          where: { id: waiting.id },
          data: { status: 'counted', checkedBy: enteredBy, checkedAt: new Date() },
        });
      }),
    ).rejects.toThrow();
  });

  it('is refused with a reason that the person reads, or taken back', async () => {
    const one = (await sent()).body;
    expect((await check(one, 'refuse', 'checker', null)).status).toBe(400);
    expect((await check(one, 'refuse')).body).toMatchObject({
      state: 'refused',
      checkReason: 'not readable',
    });
    const other = (await sent()).body;
    expect((await send('checker', 'DELETE', `/me/qualifications/${other.id}`)).status).toBe(404);
    expect((await send('sender', 'DELETE', `/me/qualifications/${other.id}`)).status).toBe(204);
    expect((await check(other, 'accept')).body.code).toBe('qualification.not-now');
    const mine = await send<QualificationList>('sender', 'GET', '/me/qualifications');
    const states = mine.body.items
      .filter(({ id }) => [one.id, other.id].includes(id))
      .map(({ state }) => state);
    expect(states.sort()).toEqual(['refused', 'withdrawn']);
  });

  it('has scans for the person, those who check or enter, and those who may reveal', async () => {
    const { body } = await sent({ category: 'height' });
    const opens = async (user: string) => {
      const list = await send<QualificationList>(
        user,
        'GET',
        `/persons/${sender.id}/qualifications`,
      );
      const shown = list.body.items.find(({ id }) => id === body.id);
      const headers = await used.api.signIn(user);
      const path = `/api/v1/files/${body.files[0]?.id}/content`;
      return [shown?.files.length, (await used.api.get(path, headers)).status];
    };
    for (const user of ['sender', 'office', 'checker', 'revealer', 'press-head']) {
      expect(await opens(user), user).toEqual([1, 200]);
    }
    // It reads qualifications of all people.
    expect(await opens('planner')).toEqual([0, 404]);
  });

  it('needs a scan; an account without a person and a medical check are refused', async () => {
    const bare = await send('sender', 'POST', '/me/qualifications', welding());
    expect(bare.status).toBe(400);
    const fitness = { type: 'fitness', category: 'in-post', validFrom: dayIn(0), fileIds: ['x'] };
    expect((await send('sender', 'POST', '/me/qualifications', fitness)).status).toBe(403);
    const nobody = await send('checker', 'POST', '/me/qualifications', welding({ fileIds: ['x'] }));
    expect([nobody.status, nobody.body.code]).toEqual([409, 'qualification.no-person']);
    // Entered by the office about oneself, it waits as well.
    const own = await add(sender, welding({ category: 'height' }), 'sender');
    expect(own.body).toMatchObject({ state: 'waiting', own: true });
    const counted = await added(sender, welding({ category: 'electric-high' }));
    for (const name of ['suspend', 'revoke']) {
      expect((await step(counted, name, 'sender')).body.code).toBe('qualification.own');
    }
  });

  it('takes pictures and PDF files of at most 20 MB; one with a script is refused', async () => {
    const script = Buffer.from(
      '%PDF-1.7\n1 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj\n%%EOF',
    );
    const pdf = { name: 'scan.pdf', type: 'application/pdf' };
    await expect(scan('sender', script, pdf)).rejects.toThrow('file.script');
    const plain = Buffer.from('%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF');
    const fileId = await scan('sender', plain, pdf);
    expect((await sent({ fileIds: [fileId] })).status).toBe(201);
    const { headers } = await used.api.get(
      `/api/v1/files/${fileId}/content`,
      await used.api.signIn('sender'),
    );
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    const large = Buffer.concat([plain, Buffer.alloc(40_000_000)]);
    const before = (await send<QualificationList>('sender', 'GET', '/me/qualifications')).body.items
      .length;
    const refused = await sent({ fileIds: [await scan('sender', large, pdf)] });
    expect([refused.status, refused.body.code]).toEqual([422, 'qualification.scan']);
    expect(
      (await send<QualificationList>('sender', 'GET', '/me/qualifications')).body.items,
    ).toHaveLength(before);
  });
});
