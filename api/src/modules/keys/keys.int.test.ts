import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

let site: Site;
let api: RunningApi;
let database: Database;
type Headers = { authorization: string };
let keeper: Headers;
let clerk: Headers;
let people: {
  id: string;
  employeeNo: string;
  name: string;
  phone: string | null;
  idNumber: string | null;
}[];

beforeAll(async () => {
  site = await openSite();
  const keyring = { file: join(site.folder, 'keys-test', 'keyring.json'), make: true };
  api = await startApi(site, (await site.seededDatabase()).appUrl, { keyring });
  database = openDatabase(api.settings.databaseUrl);
  await makeUser(database, 'k-keeper', ['key:manage@all']);
  await makeUser(database, 'k-clerk', [
    'person:read@all',
    'person:reveal@all',
    'person:manage@all',
  ]);
  keeper = await api.signIn('k-keeper');
  clerk = await api.signIn('k-clerk');
  people = (await call('GET', '/persons', clerk)).json.items;
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

async function call(method: string, path: string, headers: Headers, body?: unknown) {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text ? JSON.parse(text) : null };
}
const command = async (...args: string[]) => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const env = {
    ...process.env,
    DATABASE_URL: api.settings.databaseUrl,
    ANSHI_KEYRING: api.settings.keyring.file,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['api/src/keys.ts', ...args], {
    cwd: root,
    env,
  }).catch((error: Error & { stderr: string }) => ({ stdout: error.stderr }));
  return stdout;
};
const audit = (action: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.auditLog.findMany({ where: { entity: 'keyring', action } }),
  );

describe('[SEC-04] the keys have a named custodian, and are rotated', () => {
  it('records the custodian, the date, and each transfer', async () => {
    const [a, b] = people;
    // The custodian can name a successor without the right to personnel files.
    const found = await call('GET', `/keys/keepers?q=${encodeURIComponent(a?.name ?? '')}`, keeper);
    expect(found.json.items).toContainEqual({
      id: a?.id,
      name: a?.name,
      employeeNo: expect.any(String),
    });
    expect((await call('GET', '/keys/keepers?q=E', clerk)).status).toBe(403);
    const body = { personId: a?.id, note: 'sealed envelope in safe 3' };
    expect((await call('POST', '/keys/custody', clerk, body)).status).toBe(403);
    expect((await call('POST', '/keys/custody', keeper, body)).json).toMatchObject({
      person: { name: a?.name },
      takenOverFrom: null,
    });
    expect((await call('POST', '/keys/custody', keeper, body)).json.code).toBe('key.refused');
    const next = { personId: b?.id, note: 'handed over at the safe, both signed' };
    expect((await call('POST', '/keys/custody', keeper, next)).json).toMatchObject({
      person: { name: b?.name },
      takenOverFrom: { name: a?.name },
      recordedBy: 'k-keeper',
    });
    expect((await call('GET', '/keys/custody', keeper)).json.items).toHaveLength(2);
    expect((await call('GET', '/keys', keeper)).json.custodian.person.name).toBe(b?.name);
    expect(await audit('hand-over')).toHaveLength(2);
    await expect(
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.keyCustody.updateMany({ data: { personName: 'somebody else' } }),
      ),
    ).rejects.toThrow();
  });

  it('rotates on request during reads and writes, and returns no key', async () => {
    const before = (await call('GET', '/keys', keeper)).json;
    const added = await command('add');
    expect(added).toContain('wraps new data keys');
    let stop = false;
    let reads = 0;
    const reading = (async () => {
      while (!stop) {
        const { json } = await call('GET', '/persons?limit=50', clerk);
        // Visitors of the demonstration gave no number.
        const phones = (json.items as { phone: string | null }[]).flatMap(
          ({ phone }) => phone ?? [],
        );
        for (const phone of phones) expect(phone).toMatch(/^138\*{4}\d{4}$/);
        reads += phones.length;
      }
    })();
    const asked = { reason: 'the yearly rotation' };
    expect((await call('POST', '/keys/rotation', clerk, asked)).status).toBe(403);
    expect((await call('POST', '/keys/rotation', keeper, asked)).status).toBe(202);
    const after = await until(async () => {
      const { json } = await call('GET', '/keys', keeper);
      return json.rotation.stage === 'done' ? json : null;
    }, 'the rotation is done');
    stop = true;
    await reading;
    expect(reads).toBeGreaterThan(0);
    expect(after.rotation).toMatchObject({ problem: null });
    const values = people.flatMap(({ phone, idNumber }) =>
      [phone ?? [], idNumber ?? []].flat(),
    ).length;
    expect(values).toBeGreaterThan(10);
    expect(after.rotation.reencrypted).toBeGreaterThanOrEqual(values);
    const person = (generation: number) =>
      after.data.find(
        (one: { dataClass: string; generation: number }) =>
          one.dataClass === 'person' && one.generation === generation,
      );
    expect(person(2)).toMatchObject({ state: 'encrypts', problem: null });
    expect(person(1)).toMatchObject({ state: 'destroyed', values: 0 });
    expect(after.keyring[0]).toMatchObject({ id: before.keyring[0].id, current: false, wraps: 0 });
    expect((await audit('rotate'))[0]).toMatchObject({ reason: 'the yearly rotation' });
    const ring = JSON.parse(await readFile(api.settings.keyring.file, 'utf8'));
    for (const { key } of ring.keys) expect(JSON.stringify(after)).not.toContain(key);

    expect(await command('retire', before.keyring[0].id)).toContain('is removed from the key ring');
    const status = await command('status');
    expect(status).toContain('person:2  encrypts');
    expect(status).not.toContain(before.keyring[0].id);
    expect(await command('retire', after.keyring[1].id)).toContain('still wraps');
    const { id } = people[0] ?? { id: '' };
    const reveal = { field: 'phone', reason: 'after the rotation' };
    expect((await call('POST', `/persons/${id}/reveal`, clerk, reveal)).json.value).toMatch(/^138/);
  });

  it('[SEC-03] reports a remedy for a wrong key ring, and the rest of the record stays readable', async () => {
    const keyring = { file: join(site.folder, 'keys-test', 'another.json'), make: true };
    const lost = await startApi(site, api.settings.databaseUrl, { keyring, demo: null });
    const headers = await lost.signIn('k-clerk');
    const { id } = people.find(({ employeeNo }) => employeeNo === 'E001') ?? { id: '' };
    const file = await lost.get(`/api/v1/persons/${id}`, headers);
    expect(file.status).toBe(200);
    expect(await file.json()).toMatchObject({ phone: '***', employeeNo: 'E001' });
    const reveal = await lost.post(
      `/api/v1/persons/${id}/reveal`,
      { field: 'phone', reason: 'a test of the keys' },
      headers,
    );
    expect(reveal.status).toBe(503);
    expect(await reveal.json()).toMatchObject({
      code: 'sealed.key-missing',
      detail: expect.stringContaining('npm run keys -- status'),
    });
    const status = await (await lost.get('/api/v1/keys', await lost.signIn('k-keeper'))).json();
    expect(JSON.stringify(status)).toMatch(/does not have the key/);
    await lost.stop();
  });
});
