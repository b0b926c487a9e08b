import PDFDocument from 'pdfkit';
import { encode } from 'uqr';
import { createPrintable, readFont } from './font.ts';
import type { Block, DocumentSpec, DrawnDocument, LabelSpec, PageSpec } from './spec.ts';

/** Points in a millimetre. */
const MM = 72 / 25.4;
const MARGIN = 18 * MM;
const FOOTER = 14 * MM;
const INK = '#15181c';
const MUTED = '#5c6670';
const RULE = '#c9d0d6';
const LABEL_WIDTH = 92;
/** Where the note on characters is on a label, points from its top. */
const LABEL_NOTE = 57 * MM;

const words = {
  zh: {
    code: '验证码',
    page: (n: number, of: number) => `第 ${n} 页，共 ${of} 页`,
    replaced: '〔U+…〕代替本文件字体中没有的字（如生僻姓名用字），U+ 后为该字的 Unicode 编码。',
    replacedShort: '〔U+…〕：字体中没有的字',
    verify: '扫码或在验证页输入验证码，可查验本文件的摘要及是否已被替代',
  },
  en: {
    code: 'Verification code',
    page: (n: number, of: number) => `Page ${n} of ${of}`,
    replaced:
      '〔U+…〕 stands for a character that the font of this document lacks, such as one of a rare name: its Unicode number.',
    replacedShort: '〔U+…〕: a character that the font lacks',
    verify:
      'Scan the code, or type it on its page, to see the digest of this document and whether it was superseded',
  },
} as const;

type Pdf = InstanceType<typeof PDFDocument>;
type Printable = (text: string) => string;

/**
 * Draws a document. It takes tenths of a second of a core, so it is done in a thread of its own.
 *
 * @throws Error where a picture is no JPEG.
 */
export async function drawDocument(spec: DocumentSpec): Promise<DrawnDocument> {
  const font = readFont();
  let isReplaced = false;
  const printable = createPrintable(font, () => (isReplaced = true));
  const isLabel = spec.layout === 'label';
  const pdf = new PDFDocument({
    size: isLabel ? [100 * MM, 62 * MM] : 'A4',
    margins: isLabel
      ? { top: 5 * MM, bottom: 0, left: 5 * MM, right: 5 * MM }
      : { top: MARGIN, bottom: MARGIN + FOOTER, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: spec.language === 'zh' ? 'zh-CN' : 'en',
    displayTitle: true,
    info: { Title: spec.title, Author: 'Anshi', Keywords: spec.code },
  });
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  pdf.registerFont('text', font);
  pdf.font('text').fillColor(INK);
  if (isLabel) drawLabel(pdf, spec, printable);
  else drawPages(pdf, spec, printable);
  if (isReplaced) drawReplaced(pdf, spec);
  if (!isLabel) drawFooters(pdf, spec);
  const pages = pdf.bufferedPageRange().count;
  pdf.end();
  return { bytes: await whole, pages };
}

function drawPages(pdf: Pdf, spec: PageSpec, printable: Printable): void {
  const qr = 24 * MM;
  const { left, top } = pdf.page.margins;
  const width = pdf.page.width - left - pdf.page.margins.right;
  drawQr(pdf, spec.link, left + width - qr, top, qr);
  pdf.fontSize(18).text(printable(spec.title), left, top, { width: width - qr - 6 * MM });
  pdf.moveDown(0.3).fontSize(10).fillColor(MUTED);
  pdf.text(printable(spec.subtitle), { width: width - qr - 6 * MM });
  pdf.y = Math.max(pdf.y, top + qr) + 4 * MM;
  pdf.fillColor(INK);
  for (const block of spec.blocks) drawBlock(pdf, block, { left, width, printable });
}

/** Says what stands for characters that the font lacks: below the last block, and at the bottom of a label. */
function drawReplaced(pdf: Pdf, { layout, language }: DocumentSpec): void {
  const { left, right } = pdf.page.margins;
  const t = words[language];
  pdf.fillColor(MUTED);
  if (layout === 'label') {
    pdf.fontSize(6).text(t.replacedShort, left, LABEL_NOTE, { lineBreak: false });
  } else {
    makeRoom(pdf, 12 * MM);
    const width = pdf.page.width - left - right;
    pdf.fontSize(8).text(t.replaced, left, pdf.y + 2 * MM, { width });
  }
  pdf.fillColor(INK);
}

function drawBlock(
  pdf: Pdf,
  block: Block,
  { left, width, printable }: { left: number; width: number; printable: Printable },
): void {
  pdf.x = left;
  switch (block.type) {
    case 'heading': {
      makeRoom(pdf, 16 * MM);
      pdf.moveDown(0.8).fontSize(13).text(printable(block.text), left, pdf.y, { width });
      const y = pdf.y + 1 * MM;
      pdf
        .moveTo(left, y)
        .lineTo(left + width, y)
        .lineWidth(0.5)
        .stroke(RULE);
      pdf.y = y + 2 * MM;
      return;
    }
    case 'text':
      pdf.fontSize(10).fillColor(block.muted ? MUTED : INK);
      pdf.text(printable(block.text), left, pdf.y, { width, lineGap: 2 });
      pdf.fillColor(INK).moveDown(0.3);
      return;
    case 'facts':
      for (const [label, value] of block.rows) {
        drawRow(pdf, printable(label), printable(value), left, width);
      }
      pdf.moveDown(0.3);
      return;
    case 'list':
      for (const item of block.items) {
        pdf.fontSize(9).text(`·  ${printable(item)}`, left, pdf.y, { width, lineGap: 1.5 });
      }
      pdf.moveDown(0.3);
      return;
    case 'picture': {
      const image = openImage(pdf, block.jpeg);
      const scale = Math.min(width / image.width, (110 * MM) / image.height, 1);
      const [wide, high] = [image.width * scale, image.height * scale];
      makeRoom(pdf, high + 10 * MM);
      const { y } = pdf;
      pdf.image(Buffer.from(block.jpeg), left, y, { width: wide });
      pdf.y = y + high;
      pdf.fontSize(8).fillColor(MUTED);
      pdf.text(printable(block.caption), left, pdf.y + 1 * MM, { width });
      pdf.fillColor(INK).moveDown(0.5);
      return;
    }
  }
}

/** The size of a JPEG in pixels; the types of the library leave this out. */
const openImage = (pdf: Pdf, jpeg: Uint8Array): { width: number; height: number } =>
  (pdf as unknown as { openImage(bytes: Buffer): { width: number; height: number } }).openImage(
    Buffer.from(jpeg),
  );

function drawRow(pdf: Pdf, label: string, value: string, left: number, width: number): void {
  pdf.fontSize(10);
  const wide = width - LABEL_WIDTH;
  const high = Math.max(
    pdf.heightOfString(value || ' ', { width: wide, lineGap: 2 }),
    pdf.heightOfString(label, { width: LABEL_WIDTH - 6, lineGap: 2 }),
  );
  makeRoom(pdf, Math.min(high, 60 * MM));
  const y = pdf.y;
  pdf.fillColor(MUTED).text(label, left, y, { width: LABEL_WIDTH - 6, lineGap: 2 });
  pdf.fillColor(INK).text(value || ' ', left + LABEL_WIDTH, y, { width: wide, lineGap: 2 });
  pdf.y = Math.max(pdf.y, y + high);
}

/** Begins a page where what comes would be torn. @param high in points. */
function makeRoom(pdf: Pdf, high: number): void {
  if (pdf.y + high > pdf.page.height - pdf.page.margins.bottom) pdf.addPage();
}

function drawFooters(pdf: Pdf, spec: DocumentSpec): void {
  const { start, count } = pdf.bufferedPageRange();
  const t = words[spec.language];
  for (let n = 0; n < count; n++) {
    pdf.switchToPage(start + n);
    const { margins, width, height } = pdf.page;
    const wide = width - margins.left - margins.right;
    // The margin ends the text of a page: the footer lies below it.
    const bottom = margins.bottom;
    margins.bottom = 0;
    const y = height - MARGIN - FOOTER + 5 * MM;
    pdf
      .moveTo(margins.left, y)
      .lineTo(margins.left + wide, y)
      .lineWidth(0.5)
      .stroke(RULE);
    const options = { width: wide, lineBreak: false };
    pdf.fontSize(8).fillColor(MUTED);
    pdf.text(`${t.code} ${spec.code}`, margins.left, y + 2 * MM, options);
    const number = t.page(n + 1, count);
    pdf.text(number, margins.left, y + 2 * MM, { ...options, align: 'right' });
    pdf.fontSize(7).text(t.verify, margins.left, y + 6 * MM, options);
    margins.bottom = bottom;
  }
}

function drawLabel(pdf: Pdf, spec: LabelSpec, printable: Printable): void {
  const qr = 36 * MM;
  const { left, top } = pdf.page.margins;
  const width = pdf.page.width - left * 2 - qr - 4 * MM;
  drawQr(pdf, spec.link, pdf.page.width - left - qr, top, qr);
  pdf
    .fontSize(12)
    .text(printable(spec.title), left, top, { width, height: 24 * MM, ellipsis: true });
  pdf.moveDown(0.4).fontSize(8).fillColor(MUTED);
  for (const line of spec.lines) {
    pdf.text(printable(line), left, pdf.y, { width, height: 10 * MM, ellipsis: true, lineGap: 1 });
  }
  pdf.fillColor(INK).fontSize(10);
  pdf.text(`${words[spec.language].code} ${spec.code}`, left, 52 * MM, { lineBreak: false });
}

/** A QR code as one path. Paper in a workshop gets dirty: 25 % error correction. */
function drawQr(pdf: Pdf, text: string, x: number, y: number, size: number): void {
  const { data, size: modules } = encode(text, { ecc: 'Q', border: 2 });
  const unit = size / modules;
  for (const [row, cells] of data.entries()) {
    for (const [column, isDark] of cells.entries()) {
      if (isDark) pdf.rect(x + column * unit, y + row * unit, unit, unit);
    }
  }
  pdf.fill('#000000').fillColor(INK);
}
