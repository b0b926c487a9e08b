import { describe, expect, it } from 'vitest';
import { latinWords, readCatalogue } from './catalogue.ts';
import { foreignTexts, SentTexts } from './language.ts';

const catalogue = {
  zh: new Set(['供应商', '改正 cameras.yaml 或 RTSP 地址', '更改 fps']),
  en: new Set(['Suppliers', 'Open', 'Retry']),
  latinInChinese: new Set(['fps']),
  emptyTexts: new Set<string>(),
};
const shown = (...texts: string[]) => texts.map((text) => ({ selector: '#content', text }));
const foreign = (language: 'zh-CN' | 'en', sent: SentTexts, ...texts: string[]) =>
  foreignTexts(shown(...texts), language, catalogue, sent).map(({ what }) => what);

describe('texts in the other language', () => {
  it('finds an English message and an English word on a Chinese page', () => {
    const sent = new SentTexts();
    expect(foreign('zh-CN', sent, '供应商', 'Suppliers', '点击 Retry 重试')).toEqual([
      '"Suppliers"',
      '"点击 Retry 重试"',
    ]);
  });

  it('finds Chinese on an English page', () => {
    expect(foreign('en', new SentTexts(), 'Suppliers', '供应商', 'Kind: 类型')).toEqual([
      '"供应商"',
      '"Kind: 类型"',
    ]);
  });

  it('takes what people wrote as it is, and a pair only in the language of the page', () => {
    const sent = new SentTexts();
    sent.add({
      items: [
        { name: '李建国', note: 'Please call first', kind: { zh: '化学品', en: 'Chemical' } },
      ],
    });
    expect(foreign('en', sent, '李建国', 'Please call first', 'Chemical', '化学品')).toEqual([
      '"化学品"',
    ]);
    expect(foreign('zh-CN', sent, 'Please call first', '化学品', 'Chemical')).toEqual([
      '"Chemical"',
    ]);
  });

  it('allows ids, abbreviations and words of the Chinese messages; not a word of the API', () => {
    const sent = new SentTexts();
    sent.add({ id: 'hall-east', status: 'pending', username: 'safety' });
    const allowed = [
      'hall-east',
      'RTSP',
      'LoRa',
      'A-12',
      '25 fps',
      'safety',
      'cameras.yaml',
      '3.5 kW',
    ];
    expect(foreign('zh-CN', sent, ...allowed)).toEqual([]);
    expect(foreign('zh-CN', sent, 'pending')).toEqual(['"pending"']);
  });
});

it('reads the words of a text, without ids and abbreviations', () => {
  expect(latinWords('打开 Settings 的 RTSP、v2 与 cameras.yaml')).toEqual(['Settings']);
});

it('reads the messages of both languages from the sources', () => {
  const { zh, en, emptyTexts } = readCatalogue();
  expect(zh.size).toBeGreaterThan(3000);
  expect(en.size).toBeGreaterThan(3000);
  for (const [chinese, english] of [
    ['供应商', 'Suppliers'],
    ['取消', 'Cancel'],
  ] as const) {
    expect([zh.has(chinese), en.has(english)]).toEqual([true, true]);
    expect([zh.has(english), en.has(chinese)]).toEqual([false, false]);
  }
  expect(emptyTexts).toContain('No suppliers yet');
});
