import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Import } from '../../platform/imports/schema.ts';
import { codesIn, importer } from '../../testing/imports.ts';
import { drawPicture } from '../../testing/media.ts';
import {
  NATIONAL_ID,
  type QualificationList,
  qualificationActs,
} from '../../testing/qualifications.ts';
import { upload, uploadFile } from '../../testing/tus.ts';
import { useApi } from '../../testing/use-api.ts';
import { zipOf } from '../../testing/zips.ts';
import type { Person } from '../people/schema.ts';

const used = useApi();
const { send, hired, check, makeAccounts } = qualificationActs(used);
const ARCHIVE = { name: 'scans.zip', type: 'application/vnd.anshi.scans+zip' };
const pdf = (text = '') => Buffer.from(`%PDF-1.4\n1 0 obj <<${text}>> endobj\n%%EOF`);
const HEADINGS = ['工号', '资质类别', '证号', '发证机关', '发证日期', '有效期至', '等级', '扫描件'];
const welding = (person: string, number: string | null, more: (string | null)[] = []) => [
  person,
  '焊接与热切割作业',
  number,
  '应急管理厅',
  '2025-01-10',
  ...[null, null, null].map((none, at) => more[at] ?? none),
];
let office: ReturnType<typeof importer>;
let people: Person[];
let sender: Person;
const no = (at: number) => people[at]!.employeeNo;
const heldBy = async (at: number) =>
  (await send<QualificationList>('office', 'GET', `/persons/${people[at]!.id}/qualifications`)).body
    .items;

/** Adds scans to an import. */
async function withScans(one: Import, files: Record<string, Buffer>, user = 'office') {
  const headers = await used.api.signIn(user);
  const file = await uploadFile(used.api, headers, await zipOf(files), ARCHIVE);
  const body = { version: one.version, file };
  return used.api.send<Import & { code?: string }>(user, 'PUT', `/imports/${one.id}/scans`, body);
}
const began = async (rows: Parameters<typeof office.begin>[1], name?: string) =>
  (await office.begin('certificates', rows, name)).body;

beforeAll(async () => {
  sender = await makeAccounts();
  office = importer(used.api, 'office');
  people = [];
  for (let n = 0; n < 5; n++) people.push(await hired(n === 3 ? { nationalId: NATIONAL_ID } : {}));
});

describe('a file of certificates with an archive of scans', () => {
  let done: Import;
  const picture = drawPicture(7);

  it('gets each scan by number or name, with the checks of an upload by hand', async () => {
    const begun = await began([
      HEADINGS,
      welding(no(0), 'C-100'),
      welding(no(1), 'C-101', [null, null, 'front.jpg']),
      welding(no(2), 'C-102'),
      welding(no(2), 'C-103', [null, null, '没有.pdf']),
      welding(no(4), 'C-104'),
      [no(4), '急救', null, '公司', '2025-02-01', null, '3', null],
      welding(no(4), 'C-105', [null, null, 'script.pdf']),
      welding(no(4), 'C-106'),
      welding(no(4), 'C-107'),
    ]);
    const big = Buffer.concat([pdf(), randomBytes(40 * 1024 * 1024)]);
    const { body } = await withScans(begun, {
      '证书/c100.pdf': pdf(),
      'front.jpg': await picture,
      'C-104.pdf': pdf(),
      'more/C-104.png': await picture,
      'script.pdf': pdf('/S /JavaScript /JS (app.alert(1))'),
      'C-106.pdf': big,
      'C-107.pdf': Buffer.from('<html><script>x</script></html>'),
      'nobody.pdf': pdf('/Other true'),
      '__MACOSX/._front.jpg': pdf(),
    });
    expect(body).toMatchObject({ state: 'mapping', scans: { name: 'scans.zip', count: 8 } });
    const one = await office.checkedAs(body);
    const rows = await office.rows(one.id);
    expect(codesIn(rows)).toEqual({
      C4: 'scan-none',
      H5: 'scan-missing',
      C6: 'scan-twice',
      7: 'scan-none',
      H8: 'scan-script',
      C9: 'scan-large',
      C10: 'scan-type',
    });
    expect(rows[7]!.issues[0]!.what.en).toContain('C-106.pdf has 41 MB; at most 20 MB');
    expect(one).toMatchObject({ good: 4, bad: 5, warned: 2 });
    expect(one.scans).toMatchObject({ count: 8, unused: 3 });
    expect(one.scans?.names).toContain('nobody.pdf');
    // The check keeps no scan.
    const kept = () =>
      used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.storedFile.count({ where: { entity: 'qualification' } }),
      );
    const before = await kept();
    done = await office.run(one);
    expect(done).toMatchObject({ done: 4, failed: 0 });
    expect(await kept()).toBe(before + 2);
    const [certificate] = await heldBy(0);
    expect(certificate).toMatchObject({
      category: 'welding',
      number: 'C-100',
      state: 'valid',
      own: false,
      files: [{ name: 'c100.pdf' }],
    });
    expect((await heldBy(1))[0]!.files).toHaveLength(1);
    expect((await heldBy(4))[0]).toMatchObject({ type: 'skill', level: 3 });
  });

  it('finds, changes and renews the certificate of a number, and takes a change back', async () => {
    const table = [
      HEADINGS,
      welding(no(0), 'c 100', ['2027-06-30']),
      [no(1), 'welding', 'C-101', '新机关', '2026-03-01', null, null, null],
      welding(no(2), 'C-102'),
      welding(no(2), 'C-101'),
    ];
    const refused = await office.checked('certificates', table);
    expect(codesIn(await office.rows(refused.id))).toMatchObject({ C2: 'taken', C4: 'taken' });
    const begun = await began(table);
    const { body } = await withScans(begun, { 'C-100.png': await picture });
    const one = await office.checkedAs(body, 'update');
    const rows = await office.rows(one.id);
    expect(codesIn(rows)).toMatchObject({ 3: 'renewal', 4: 'same', C5: 'of-another' });
    expect(rows[0]!.changes).toMatchObject([
      { column: 'validUntil', to: '2027-06-30' },
      { column: 'scan', from: 'c100.pdf', to: 'C-100.png' },
    ]);
    const run = await office.run(one);
    expect(run).toMatchObject({ done: 2, failed: 0 });
    expect((await heldBy(0))[0]).toMatchObject({
      validUntil: '2027-06-30',
      files: [{ name: 'c100.pdf' }, { name: 'C-100.jpg' }],
    });
    expect(await heldBy(1)).toHaveLength(2);
    expect(await office.undo(run)).toMatchObject({ undone: 2 });
    const [back] = await heldBy(0);
    expect(back?.validUntil).not.toBe('2027-06-30');
    expect(back?.files.map(({ name }) => name)).toEqual(['c100.pdf']);
    expect(await heldBy(1)).toHaveLength(1);
    const removals = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { action: 'qualification-scan-remove' } }),
    );
    expect(removals.map(({ entityId, before }) => [entityId, before])).toMatchObject([
      [back?.id, { name: 'C-100.jpg', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    ]);
    // What the first import made is of a later version by now, or goes with its scans.
    expect(await office.undo(done)).toMatchObject({ undone: 3, kept: 1 });
    expect(await heldBy(1)).toHaveLength(0);
  });

  it('counts for the importing person only after the check of a second one', async () => {
    const self = importer(used.api, 'sender');
    const rows = [HEADINGS, welding(sender.employeeNo, 'C-500'), welding(no(2), 'C-501')];
    const without = await self.checked('certificates', rows);
    expect(codesIn(await self.rows(without.id))).toEqual({ 2: 'own-scan' });
    const begun = (await self.begin('certificates', rows)).body;
    const files = { 'C-500.pdf': pdf(), 'C-501.pdf': pdf() };
    const one = await self.checkedAs((await withScans(begun, files, 'sender')).body);
    expect(codesIn(await self.rows(one.id))).toEqual({ 2: 'own-waits' });
    expect(await self.run(one)).toMatchObject({ done: 2 });
    const path = `/persons/${sender.id}/qualifications`;
    const waiting = (await send<QualificationList>('office', 'GET', path)).body.items[0]!;
    expect(waiting).toMatchObject({ number: 'C-500', state: 'waiting', own: true, files: [{}] });
    expect((await check(waiting, 'accept', 'sender')).body.code).toBe('qualification.own');
    expect((await check(waiting, 'accept')).body).toMatchObject({ state: 'valid' });
  });
});

describe('bad input', () => {
  it('is named by its cell', async () => {
    const csv = [
      HEADINGS.join(','),
      `${no(0)},焊接与热切割作业,C-200,厅,2025-02-31,,,`,
      `${no(0)},没有的类别,C-201,厅,2025-01-10,,,`,
      `X999,焊接与热切割作业,C-202,厅,2025-01-10,,,`,
      `${no(0)},焊接与热切割作业,C-203,厅,2025-01-10,,9,`,
      `${no(0)},焊接与热切割作业,=A1,厅,2025-01-10,,,`,
      `${no(1)},急救,,厅,2025-01-10,,,`,
      `${no(0)},焊接与热切割作业,T${NATIONAL_ID},厅,2025-01-10,,,`,
      `${no(0)},焊接与热切割作业,C-204,厅,2025-01-10,2099-01-01,,c.pdf`,
      `${no(0)},焊接与热切割作业,C-205,厅,2025-01-10,,,`,
      `${no(0)},焊接与热切割作业,C-205,厅,2025-01-10,,,`,
    ].join('\n');
    const one = await office.checked('certificates', Buffer.from(csv), 'certificates.csv');
    const rows = await office.rows(one.id);
    expect(codesIn(rows)).toEqual({
      E2: 'no-such-day',
      B3: 'category',
      A4: 'person',
      G5: 'level',
      C6: 'formula',
      G7: 'terms',
      C8: 'other-person',
      H9: 'scan-no-archive',
      C11: 'double-in-file',
    });
    // An identity number in the number of a certificate is masked, and stored nowhere.
    const stored = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.dataImportRow.findMany({ where: { importId: one.id } }),
    );
    expect(JSON.stringify(stored)).not.toContain(NATIONAL_ID);
    expect(one).toMatchObject({ total: 10, good: 1 });
  });

  it('of archives is refused before anything of them is used', async () => {
    const headers = await used.api.signIn('office');
    const tried = async (bytes: Buffer, options = ARCHIVE) => {
      const answer = await upload(used.api, headers, bytes, options);
      const body = (await answer.json()) as { code?: string; detail?: string };
      return [answer.status, body.code, body.detail];
    };
    const zeros = await zipOf({ 'a.pdf': Buffer.alloc(30 * 1024 * 1024) });
    expect(await tried(zeros)).toEqual([
      422,
      'file.archive',
      expect.stringContaining('many times its size'),
    ]);
    const out = Buffer.from(
      (await zipOf({ 'aaaaa.pdf': pdf() })).toString('latin1').replaceAll('aaaaa.pdf', '../aa.pdf'),
      'latin1',
    );
    expect(await tried(out)).toEqual([
      422,
      'file.archive',
      expect.stringContaining('leaves its folder'),
    ]);
    const zip = await zipOf({ 'a.pdf': pdf() });
    expect(await tried(zip, { name: 'a.zip', type: 'application/zip' })).toMatchObject([
      422,
      'file.type',
      expect.any(String),
    ]);
    // Nothing else takes an archive.
    const file = await uploadFile(used.api, headers, zip, ARCHIVE);
    const taken = await send('office', 'POST', `/persons/${people[0]!.id}/qualifications`, {
      type: 'skill',
      category: 'first-aid',
      level: 1,
      validFrom: '2025-01-01',
      fileIds: [file],
    });
    expect([taken.status, taken.body.code]).toEqual([422, 'file.type']);
    const noArchive = await uploadFile(used.api, headers, pdf(), {
      name: 'x.pdf',
      type: 'application/pdf',
    });
    const one = await began([HEADINGS, welding(no(0), 'C-1')]);
    const wrong = await used.api.send<{ code: string }>(
      'office',
      'PUT',
      `/imports/${one.id}/scans`,
      {
        version: one.version,
        file: noArchive,
      },
    );
    expect([wrong.status, wrong.body.code]).toEqual([422, 'import.scans']);
  });
});
