import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
const packed = (text: string) => [
  '7 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>>\nstream\r\n',
  deflateSync(Buffer.from(text)),
  '\nendstream endobj',
];

describe('a PDF', () => {
  it('that runs a script or a program is refused, however its name is written', async () => {
    expect(await look('1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj')).toBe('file.script');
    expect(await look('1 0 obj <</S /Java#53cript /JS 2 0 R>> endobj')).toBe('file.script');
    expect(await look('1 0 obj <</S/Launch/F(calc.exe)>> endobj')).toBe('file.script');
    expect(await look(' '.repeat(1024 * 1024 - 5), '<</S /JavaScript>>')).toBe('file.script');
  });

  it('is refused for what its packed objects run', async () => {
    expect(await look(...packed('1 0 <</S /JavaScript /JS (x)>>'))).toBe('file.script');
    expect(await look(...packed('1 0 <</Type /Page>>'))).toBe('taken');
  });

  it('that only speaks of scripts is taken', async () => {
    expect(await look('1 0 obj (JavaScript and Launch) /JavaScripts /Launcher endobj')).toBe(
      'taken',
    );
  });
});
