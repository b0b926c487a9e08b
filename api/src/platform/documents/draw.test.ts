import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { newDocumentCode } from './codes.ts';
import { drawDocument } from './draw.ts';
import type { DocumentSpec, PageSpec } from './spec.ts';

const code = newDocumentCode();
const link = `https://anshi.example/verify/${code}`;
const page = (blocks: PageSpec['blocks'], more: Partial<PageSpec> = {}): PageSpec => ({
  layout: 'pages',
  language: 'zh',
  title: '违章事件报告',
  subtitle: '一号厂区',
  code,
  link,
  blocks,
  ...more,
});

/** The text as a reader copies it, without the breaks of lines. */
async function textOf(spec: DocumentSpec): Promise<{ text: string; pages: number }> {
  const { bytes, pages } = await drawDocument(spec);
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  expect(pdf.numPages).toBe(pages);
  const { text } = await extractText(pdf, { mergePages: true });
  return { text: text.replaceAll(/\s+/g, ''), pages };
}

describe('a document', () => {
  it('is copied as the same Chinese text, rare characters of names too', async () => {
    const sentences = [
      '未戴安全帽，冲压区，置信度 91 %。复核人：王安全',
      // Names that fonts of GB 2312 lack.
      '㛃䶮喆堃犇龑燚淼彧頔㼆',
      '《安全生产法》第四十五条：“从业人员……应当正确佩戴”；（一）①',
    ];
    const { text } = await textOf(
      page([
        { type: 'heading', text: '发现 1：未戴安全帽' },
        ...sentences.map((one) => ({ type: 'text' as const, text: one })),
        {
          type: 'facts',
          rows: [
            ['复核人', '龑㛃'],
            ['说明', ''],
          ],
        },
        { type: 'list', items: ['审计日志第 4711 号'] },
      ]),
    );
    for (const one of ['违章事件报告', '一号厂区', ...sentences, '龑㛃', '审计日志第 4711 号']) {
      expect(text).toContain(one.replaceAll(/\s+/g, ''));
    }
    expect(text).toContain(code);
  });

  it('writes a character that the font lacks as its code point, and loses none', async () => {
    const { text } = await textOf(page([{ type: 'text', text: 'a\u{1F9EA}b\u{13000}c\u0007d' }]));
    expect(text).toContain('a〔U+1F9EA〕b〔U+13000〕cd');
  });

  it('says below what stands for characters that the font lacks, in pages and labels, and else nothing', async () => {
    const name = '\u{20BB7}野';
    const note = '〔U+…〕代替本文件字体中没有的字';
    const pages = await textOf(page([{ type: 'facts', rows: [['姓名', name]] }]));
    expect(pages.text).toContain('〔U+20BB7〕野');
    expect(pages.text).toContain(note);
    expect((await textOf(page([{ type: 'text', text: '王安全' }]))).text).not.toContain('〔U+…〕');
    const label = await textOf({
      layout: 'label',
      language: 'en',
      title: name,
      code,
      link,
      lines: [],
    });
    expect(label.text).toContain('〔U+20BB7〕野');
    expect(label.text).toContain('〔U+…〕:acharacter');
    expect(label.pages).toBe(1);
  });

  it('flows over pages, with its code and the number on each', async () => {
    const items = Array.from({ length: 120 }, (_, n) => `第 ${n} 行，${'安全'.repeat(30)}`);
    const { text, pages } = await textOf(page([{ type: 'list', items }]));
    expect(pages).toBeGreaterThan(2);
    expect(text.split(code)).toHaveLength(pages + 1);
    expect(text).toContain(`第${pages}页，共${pages}页`);
    for (const item of items) expect(text).toContain(item.replaceAll(/\s+/g, ''));
  });

  it('takes less than 5 s of a core for 500 events', async () => {
    const items = Array.from(
      { length: 500 },
      (_, n) => `2026-11-29 14:41  违章 · 未戴安全帽，第 ${n} 次 · 冲压车间西侧`,
    );
    const began = process.cpuUsage();
    await drawDocument(page([{ type: 'list', items }]));
    const { user, system } = process.cpuUsage(began);
    // Microseconds.
    expect(user + system).toBeLessThan(5_000_000);
  });

  it('exists in English, and as a label', async () => {
    const english = await textOf(
      page([{ type: 'text', text: 'Countersigned at line 12.' }], {
        language: 'en',
        title: 'Incident report',
      }),
    );
    expect(english.text).toContain('Countersignedatline12.');
    expect(english.text).toContain('Page1of1');
    const label = await textOf({
      layout: 'label',
      language: 'zh',
      title: '证据包 01K0',
      code,
      link,
      lines: ['SHA-256 abc'],
    });
    expect(label).toEqual({ pages: 1, text: expect.stringContaining(code) });
  });
});
