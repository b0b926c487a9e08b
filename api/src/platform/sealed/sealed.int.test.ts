import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { type Database, openDatabase, type Transaction } from '../db/database.ts';
import { addKey, dropKey, openKeyring } from './keyring.ts';
import { createRotation, type SealedTable } from './rotation.ts';
import { createSealed } from './sealed.ts';

let site: Site;
let folder: string;
beforeAll(async () => {
  site = await openSite();
  folder = await mkdtemp(join(tmpdir(), 'anshi-keys-'));
});
afterAll(async () => {
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

const PHONE = '13812345678';
const tables: SealedTable[] = [
  {
    dataClass: 'person',
    table: 'person_sensitive',
    rowId: 'person_id',
    columns: [{ sealed: 'phone', index: { column: 'phone_index', normalise: (text) => text } }],
  },
];
const placeOf = (row: string, column = 'phone') => ({
  tenant: 'demo',
  dataClass: 'person',
  table: 'person_sensitive',
  column,
  row,
});
const indexPlace = {
  tenant: 'demo',
  dataClass: 'person',
  table: 'person_sensitive',
  column: 'phone_index',
};

let made = 0;
async function open() {
  const urls = await site.freshDatabase(['demo', 'other']);
  const database = openDatabase(urls.appUrl);
  const file = join(folder, `ring-${++made}.json`);
  const start = (ring = file) => {
    const sealed = createSealed(openKeyring(ring, { make: true }));
    return { sealed, rotation: createRotation({ database, sealed, tables, batch: 20 }) };
  };
  const run = <Result>(work: (tx: Transaction) => Promise<Result>, tenant = 'demo') =>
    database.transaction({ tenant, user: null }, work);
  const { sealed, rotation } = start();
  const write = (person: string, phone: string) =>
    run(async (tx) => {
      const data = {
        phone: await sealed.seal(tx, placeOf(person), phone),
        phoneIndex: await sealed.index(tx, indexPlace, phone),
      };
      await tx.personSensitive.upsert({
        where: { tenantId_personId: { tenantId: 'demo', personId: person } },
        create: { tenantId: 'demo', personId: person, ...data },
        update: data,
      });
    });
  const read = (person: string, by = sealed) =>
    run(async (tx) => {
      const row = await tx.personSensitive.findFirstOrThrow({ where: { personId: person } });
      return by.open(tx, placeOf(person), row.phone ?? '');
    });
  return { urls, database, file, start, run, sealed, rotation, write, read };
}
const closing: Database[] = [];
async function opened() {
  const parts = await open();
  closing.push(parts.database);
  return parts;
}
afterAll(async () => {
  for (const database of closing) await database.close();
});

describe('a data key', () => {
  it('of a rolled back transaction is not used in place of the committed one', async () => {
    const { database, start, run, read, write } = await open();
    // This process made a key and lost it by a rollback; another one made the database's key.
    const { sealed } = start();
    const lost = run(async (tx) => {
      const value = await sealed.seal(tx, placeOf('p1'), PHONE);
      expect(await sealed.open(tx, placeOf('p1'), value)).toBe(PHONE);
      throw new Error('no such employee');
    });
    await expect(lost).rejects.toThrow('no such employee');
    await write('p1', PHONE);
    expect(await read('p1', sealed)).toBe(PHONE);
    await database.close();
  });
});

describe('[SEC-03] sensitive values are encrypted in the database', () => {
  it('opens only at the place where it was sealed', async () => {
    const { run, sealed } = await opened();
    await run(async (tx) => {
      const text = await sealed.seal(tx, placeOf('P1'), PHONE);
      expect(text).toMatch(/^s1:person:1:/);
      expect(await sealed.open(tx, placeOf('P1'), text)).toBe(PHONE);
      expect(await sealed.seal(tx, placeOf('P1'), PHONE)).not.toBe(text);
      const elsewhere = [
        placeOf('P2'),
        placeOf('P1', 'national_id'),
        { ...placeOf('P1'), table: 'other' },
      ];
      for (const place of elsewhere) {
        await expect(sealed.open(tx, place, text)).rejects.toMatchObject({
          code: 'sealed.damaged',
        });
      }
      const last = text.at(-1) === 'A' ? 'B' : 'A';
      for (const changed of [
        text.slice(0, -1) + last,
        text.slice(0, 30),
        's1:person:1:AAAA',
        'x',
      ]) {
        await expect(sealed.open(tx, placeOf('P1'), changed)).rejects.toMatchObject({
          code: 'sealed.damaged',
        });
      }
    });
  });

  it("does not open with another tenant's key, although it has the same generation", async () => {
    const { run, sealed } = await opened();
    const text = await run((tx) => sealed.seal(tx, placeOf('P1'), PHONE));
    await run(async (tx) => {
      const theirs = { ...placeOf('P1'), tenant: 'other' };
      await sealed.seal(tx, theirs, PHONE);
      await expect(sealed.open(tx, theirs, text)).rejects.toMatchObject({ code: 'sealed.damaged' });
    }, 'other');
  });

  it('reports a missing or different key, without side effects', async () => {
    const { write, read, start, file, rotation } = await opened();
    await write('P1', PHONE);
    const stranger = start(join(folder, `stranger-${made}.json`));
    await expect(read('P1', stranger.sealed)).rejects.toMatchObject({
      code: 'sealed.key-missing',
      status: 503,
      cause: { message: expect.stringMatching(/does not have the key k\d{8}-.*copy of the ring/) },
    });
    // The same id with other bits.
    const ring = JSON.parse(await readFile(file, 'utf8'));
    ring.keys[0].key = Buffer.alloc(32, 7).toString('base64');
    const forged = join(folder, `forged-${made}.json`);
    await writeFile(forged, JSON.stringify(ring));
    await expect(read('P1', start(forged).sealed)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is not the one that belongs to this database') },
    });
    const problem = (await start(forged).rotation.status('demo')).data[0]?.problem;
    expect(problem).toContain('does not open the data key person:1');
    expect((await rotation.status('demo')).data[0]).toMatchObject({ problem: null, values: 1 });
    await writeFile(forged, '{"version":1');
    await expect(read('P1', start(forged).sealed)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is not JSON') },
    });
  });

  it('keeps the ring private, and never creates a second where a path is configured', async () => {
    const { write, file } = await opened();
    await write('P1', PHONE);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const named = openKeyring(join(folder, 'nowhere.json'));
    await expect(named.current()).rejects.toThrow('there is no key ring');
  });
});

describe('[SEC-04] keys are rotated while the system runs', () => {
  it('rewraps, re-encrypts and destroys, with concurrent readers and writers, without loss', async () => {
    const { write, read, run, sealed, rotation, file, urls, start } = await opened();
    const people = Array.from({ length: 70 }, (_, i) => `P${String(i).padStart(4, '0')}`);
    const truth = new Map<string, string>();
    const phone = (n: number) => `139${String(n).padStart(8, '0')}`;
    for (let from = 0; from < people.length; from += 10) {
      const some = people.slice(from, from + 10);
      await Promise.all(
        some.map((person, i) => {
          truth.set(person, phone(from + i));
          return write(person, phone(from + i));
        }),
      );
    }
    const before = await run((tx) => tx.personSensitive.findMany());

    let stop = false;
    let reads = 0;
    let writes = 0;
    const reader = async () => {
      while (!stop) {
        const person = people[reads % people.length] ?? '';
        if (truth.has(person)) expect(await read(person)).toMatch(/^139\d{8}$/);
        reads++;
      }
    };
    const writer = async () => {
      while (!stop) {
        const person = people[(writes * 7) % people.length] ?? '';
        await write(person, phone(1_000_000 + writes));
        truth.set(person, phone(1_000_000 + writes));
        writes++;
      }
    };
    const others = [reader(), reader(), writer()];
    const old = (await sealed.keyring.current()).id;
    const added = await addKey(file);
    expect(await rotation.rewrap('demo')).toBe(1);
    expect(await rotation.wrappedBy('demo', old)).toBe(0);
    await dropKey(file, old);
    await rotation.renew('demo');
    // Interrupted after the first batch, then continued.
    const cut = new AbortController();
    const first = rotation.reencrypt('demo', cut.signal);
    cut.abort();
    const begun = await first;
    await rotation.reencrypt('demo');
    const destroyed = await rotation.destroyUnused('demo');
    stop = true;
    await Promise.all(others);
    expect(begun).toBeLessThan(people.length);
    expect(destroyed).toEqual([{ dataClass: 'person', generation: 1 }]);
    expect(reads).toBeGreaterThan(10);
    expect(writes).toBeGreaterThan(5);

    // A process that starts now, with the current ring.
    const fresh = start();
    for (const [person, expected] of truth) {
      expect(await read(person, fresh.sealed)).toBe(expected);
      const found = await run(async (tx) => {
        const indexes = await fresh.sealed.indexes(tx, indexPlace, expected);
        return tx.personSensitive.findMany({ where: { phoneIndex: { in: indexes } } });
      });
      expect(found.map(({ personId }) => personId)).toContain(person);
    }
    const status = await fresh.rotation.status('demo');
    expect(status.keyring).toMatchObject([{ id: added, current: true, wraps: 1 }]);
    expect(status.data).toMatchObject([
      { generation: 2, state: 'encrypts', values: people.length, problem: null },
      { generation: 1, state: 'destroyed', values: 0 },
    ]);
    // An old copy of a row cannot be opened any more, with a message.
    const copy = before[0];
    await expect(
      run((tx) => fresh.sealed.open(tx, placeOf(copy?.personId ?? ''), copy?.phone ?? '')),
    ).rejects.toMatchObject({ code: 'sealed.key-missing' });
    expect(urls.appUrl).toBeTruthy();
  });

  it('opens and finds values of older generations until these are destroyed', async () => {
    const { write, read, run, sealed, rotation } = await opened();
    await write('P1', PHONE);
    await rotation.renew('demo');
    await write('P2', PHONE);
    expect(await read('P1')).toBe(PHONE);
    const both = await run(async (tx) => {
      const indexes = await sealed.indexes(tx, indexPlace, PHONE);
      return tx.personSensitive.count({ where: { phoneIndex: { in: indexes } } });
    });
    expect(both).toBe(2);
    expect(await rotation.destroyUnused('demo')).toEqual([]);
    expect(await rotation.reencrypt('demo')).toBe(1);
    expect(await read('P1')).toBe(PHONE);
  });

  it('keeps a key that an unlisted table still needs', async () => {
    const { run, sealed, rotation } = await opened();
    await run(async (tx) => {
      const place = { ...placeOf('W1', 'secret'), table: 'equipment' };
      const ref = await sealed.seal(tx, place, 'x');
      await tx.equipment.create({
        data: { tenantId: 'demo', id: 'e1', name: { zh: ref, en: 'x' }, kind: 'press' },
      });
    });
    await rotation.renew('demo');
    await rotation.reencrypt('demo');
    expect(await rotation.destroyUnused('demo')).toEqual([]);
    await run((tx) => tx.equipment.deleteMany({}));
    expect(await rotation.destroyUnused('demo')).toHaveLength(1);
  });

  it('refuses to drop the wrapping key', async () => {
    const { write, file, sealed } = await opened();
    await write('P1', PHONE);
    const { id } = await sealed.keyring.current();
    await expect(dropKey(file, id)).rejects.toThrow('add another first');
  });
});

describe('[SEC-03] a copy of the whole database', () => {
  it('has no plaintext in any table, and plaintext is refused', async () => {
    const { write, urls } = await opened();
    await write('P1', PHONE);
    const admin = new pg.Client({ connectionString: urls.superUrl });
    await admin.connect();
    const { rows } = await admin.query<{ name: string }>(
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    );
    await admin.query("SELECT set_config('app.tenant', 'demo', false)");
    let seen = 0;
    for (const { name } of rows) {
      const dump = await admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      for (const { row } of dump.rows) {
        seen++;
        expect(row, name).not.toContain(PHONE);
        expect(row, name).not.toContain(Buffer.from(PHONE).toString('hex'));
        expect(row, name).not.toContain(Buffer.from(PHONE).toString('base64').slice(0, 12));
      }
    }
    expect(seen).toBeGreaterThan(2);
    await expect(admin.query(`UPDATE person_sensitive SET phone = '${PHONE}'`)).rejects.toThrow(
      'phone_sealed',
    );
    await admin.end();
  });
});
