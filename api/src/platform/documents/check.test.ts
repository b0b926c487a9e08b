import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { checkDocument } from './check.ts';
import { drawDocument } from './draw.ts';
import { readFont } from './font.ts';

/** A PDF that is drawn by hand. */
function drawn(draw: (pdf: InstanceType<typeof PDFDocument>) => void): Promise<Uint8Array> {
  const pdf = new PDFDocument({});
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
    draw(pdf);
    pdf.end();
  });
}

describe('the check of a document', () => {
  it('is passed by what documents are drawn, rare names and long lists too', async () => {
    const items = Array.from({ length: 120 }, (_, n) => `第 ${n} 行 龘𠮷 ${'安全'.repeat(30)}`);
    const { bytes, pages } = await drawDocument({
      layout: 'pages',
      language: 'zh',
      title: '人员安全档案',
      subtitle: '龘',
      code: 'AAAAA-BBBBB-CCCCC-DDDDD',
      link: 'https://anshi.example/verify/x',
      blocks: [{ type: 'list', items }],
    });
    const check = await checkDocument(bytes);
    expect(check).toMatchObject({
      ok: true,
      pages,
      fontsEmbedded: true,
      missingGlyphs: [],
      textExtractable: true,
      pagesWithoutText: [],
    });
    expect(check.fonts).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/NotoSansSC/), embedded: true }),
    ]);
    expect(check.characters).toBeGreaterThan(120 * 60);
  });

  it('finds a font that is not embedded', async () => {
    const check = await checkDocument(await drawn((pdf) => pdf.font('Helvetica').text('Hello')));
    expect(check).toMatchObject({ ok: false, fontsEmbedded: false, textExtractable: true });
    expect(check.fonts).toEqual([
      { name: 'Helvetica', type: 'Type1', embedded: false, characters: 5 },
    ]);
  });

  it('finds characters that the font lacks, and on which page', async () => {
    const bytes = await drawn((pdf) => {
      pdf.registerFont('text', readFont());
      pdf.font('text').text('好').addPage().text('姓名 𠮷');
    });
    const check = await checkDocument(bytes);
    expect(check).toMatchObject({ ok: false, fontsEmbedded: true });
    expect(check.missingGlyphs).toEqual([expect.objectContaining({ page: 2, count: 1 })]);
  });

  it('finds a page of which no text can be copied', async () => {
    const bytes = await drawn((pdf) => {
      pdf.registerFont('text', readFont());
      pdf.font('text').text('好').addPage().rect(10, 10, 50, 50).fill('#000');
    });
    expect(await checkDocument(bytes)).toMatchObject({
      ok: false,
      textExtractable: false,
      pagesWithoutText: [2],
    });
  });

  it('finds text that is drawn by codes, of which the font does not say which characters they are', async () => {
    const bytes = await drawn((pdf) => {
      pdf.registerFont('text', readFont());
      pdf.font('text').text('好人');
    });
    const raw = Buffer.from(bytes).toString('latin1').replaceAll('/ToUnicode', '/ToUnicod_');
    expect(await checkDocument(Buffer.from(raw, 'latin1'))).toMatchObject({
      ok: false,
      fontsEmbedded: true,
      textExtractable: false,
      unreadable: [{ page: 1, count: 2 }],
    });
  });

  it('refuses what is no PDF', async () => {
    await expect(checkDocument(Buffer.from('hello'))).rejects.toThrow(/PDF/);
  });
});
