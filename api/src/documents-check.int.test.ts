import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { expect, it } from 'vitest';
import { drawDocument } from './platform/documents/draw.ts';

/** The command documents:check: JSON, and an exit code for scripts. */
const run = (...files: string[]) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const command = join(import.meta.dirname, 'documents-check.ts');
    execFile(process.execPath, [command, ...files], (error, text) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text }),
    );
  });

it('says of PDF files whether they are good, and ends with 1 where one is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'documents-check-'));
  const [good, bad, none] = ['good.pdf', 'bad.pdf', 'none.pdf'].map((name) => join(folder, name));
  const { bytes } = await drawDocument({
    layout: 'pages',
    language: 'zh',
    title: '人员安全档案',
    subtitle: '龘',
    code: 'AAAAA-BBBBB-CCCCC-DDDDD',
    link: 'https://anshi.example/verify/x',
    blocks: [{ type: 'text', text: '王安全' }],
  });
  await writeFile(good as string, bytes);
  const pdf = new PDFDocument({});
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => pdf.on('end', resolve));
  pdf.font('Helvetica').text('Hello').end();
  await ended;
  await writeFile(bad as string, Buffer.concat(chunks));

  const one = await run(good as string);
  expect([one.code, JSON.parse(one.text)]).toEqual([
    0,
    expect.objectContaining({ file: good, ok: true, pages: 1, fontsEmbedded: true }),
  ]);
  const three = await run(good as string, bad as string, none as string);
  expect(three.code).toBe(1);
  expect(JSON.parse(three.text)).toEqual([
    expect.objectContaining({ ok: true }),
    expect.objectContaining({ file: bad, ok: false, fontsEmbedded: false }),
    expect.objectContaining({ file: none, ok: false, error: expect.stringContaining('ENOENT') }),
  ]);
  expect((await run()).code).toBe(2);
});
