import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamsOf } from './pdf-objects.ts';
import { refusePdfScript } from './pdf-script.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pdf-script-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Looks at a document with these objects. */
async function look(...parts: (string | Buffer)[]): Promise<string> {
  const path = join(folder, 'one.pdf');
  const all = ['%PDF-1.7\n', ...parts, '\n%%EOF'].map((one) => Buffer.from(one as string));
  await writeFile(path, Buffer.concat(all));
  return refusePdfScript(path).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );
}
const SCRIPT = '1 0 <</S /JavaScript /JS (x)>>';
/** A stream with this dictionary. */
const streamOf = (entries: string, data: Buffer) => [
  `7 0 obj <<${entries}>>\nstream\r\n`,
  data,
  '\nendstream endobj',
];
const packed = (text: string, entries = '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode') =>
  streamOf(entries, deflateSync(Buffer.from(text)));

describe('a PDF', () => {
  it('that runs a script or a program is refused, however its name is written', async () => {
    expect(await look('1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj')).toBe('file.script');
    expect(await look('1 0 obj <</S /Java#53cript /JS 2 0 R>> endobj')).toBe('file.script');
    expect(await look('1 0 obj <</S/Launch/F(calc.exe)>> endobj')).toBe('file.script');
    expect(await look(' '.repeat(1024 * 1024 - 5), '<</S /JavaScript>>')).toBe('file.script');
  });

  it('is refused for what its packed objects run', async () => {
    expect(await look(...packed(SCRIPT))).toBe('file.script');
    expect(await look(...packed('1 0 <</Type /Page>>'))).toBe('taken');
  });

  it.each([
    ['its type with an escape', '/Type /Obj#53tm /N 1 /First 4 /Filter /FlateDecode'],
    ['its keys with escapes', '/#54ype /Obj#53tm /N 1 /First 4 /#46ilter /Flate#44ecode'],
    ['no type', '/N 1 /First 4 /Filter /FlateDecode'],
    ['a type that is another object', '/Type 9 0 R /N 1 /First 4 /Filter /FlateDecode'],
    [
      'the word of a stream in a key',
      '/Type /ObjStm /Xstream 1 /N 1 /First 4 /Filter /FlateDecode',
    ],
    [
      'it in a string',
      '/Type /ObjStm /X (>>\nstream\n\\)( )) /N 1 /First 4 /Filter [/FlateDecode]',
    ],
    [
      'it in a comment',
      '/Type /ObjStm %>> stream\n/X << /N [1 <</A 1>>] >> /N 1 /First 4 /Filter/Fl',
    ],
    [
      'the end of an object in it',
      '/Type /ObjStm /X endobj /Y obj /N 1 /First 4 /Filter /FlateDecode',
    ],
  ])('is refused for what its packed objects run, with %s', async (_, entries) => {
    expect(await look(...packed(SCRIPT, entries))).toBe('file.script');
    expect(await look(...packed('1 0 <</Type /Page>>', entries))).toBe('taken');
  });

  it.each([
    ['packed twice', '/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]'],
    ['packed with another filter', '/Type /ObjStm /N 1 /First 4 /Filter /LZW#44ecode'],
    ['with a filter that is another object', '/Type /ObjStm /N 1 /First 4 /Filter 9 0 R'],
    ['with two filters', '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Filter /LZWDecode'],
    ['with a predictor', '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms 9 0 R'],
    ['in another file', '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /F (other)'],
    ['in a dictionary without end', '/Type /Obj#53tm /N 1 /First 4 /X <</Filter /FlateDecode'],
    ['in a string without end', '/Type /ObjStm /N 1 /First 4 /X ( /Filter /FlateDecode'],
    ['named by a table with another filter', '/Type /XRef /W [1 2 1] /Filter /LZWDecode'],
  ])('is refused for objects that cannot be read: %s', async (_, entries) => {
    expect(await look(...packed(SCRIPT, entries))).toBe('file.script-unknown');
  });

  it('is refused for packed objects that are encrypted, damaged or too large', async () => {
    const entries = '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode';
    const whole = deflateSync(Buffer.from(SCRIPT));
    const damaged = [Buffer.alloc(200, 'secret'), whole.subarray(0, -4), Buffer.alloc(0)];
    for (const data of damaged) {
      expect(await look(...streamOf(entries, data))).toBe('file.script-unknown');
    }
    expect(await look(...packed(`${' '.repeat(17 * 1024 * 1024)}${SCRIPT}`))).toBe(
      'file.script-unknown',
    );
    await expect(refusePdfScript(join(folder, 'one.pdf'))).rejects.toThrow(
      'Save it as PDF/A or as a picture',
    );
  });

  it('is taken with any other stream, however it is packed', async () => {
    const [data] = [Buffer.from('BT (no objects here: /ObjStm stream\n) Tj ET')];
    for (const entries of [
      '/Subtype /Image /Filter /DCTDecode',
      '/Subtype /Image /Filter [/ASCII85Decode /JBIG2Decode]',
      '/N 3 /Alternate /DeviceRGB /Filter /LZWDecode',
      '/Length 40 /Filter /Unknown /DecodeParms [null <</Predictor 15>>]',
      '/Type /XRef /W [1 2 1] /Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 4>>',
    ]) {
      expect(await look(...streamOf(entries, data as Buffer)), entries).toBe('taken');
    }
  });

  it('made to be read again and again is refused soon', async () => {
    const began = performance.now();
    expect(await look('obj<</A('.repeat(200_000))).toBe('file.script-unknown');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('that only speaks of scripts is taken', async () => {
    expect(await look('1 0 obj (JavaScript and Launch) /JavaScripts /Launcher endobj')).toBe(
      'taken',
    );
  });
});

it('a large document is read in turns, so that others are answered meanwhile', () => {
  const one = `1 0 obj\n<< /Type /Annot /Contents (${'x'.repeat(1_000)}) >>\nendobj\n`;
  const found = [...streamsOf(Buffer.from(one.repeat(4_000)))];
  expect(found.filter((each) => each === null).length).toBeGreaterThanOrEqual(3);
});
