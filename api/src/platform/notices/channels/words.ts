import type { Message, Told } from './types.ts';

const severityWords = {
  zh: { info: '提示', warning: '警告', critical: '紧急' },
  en: { info: 'Info', warning: 'Warning', critical: 'Critical' },
} as const;

export const severityWord = (told: Told, language: 'zh' | 'en'): string =>
  severityWords[language][told.severity];

/** The heading of a message: the notice's own, or the number of notices. */
export function headingOf({ notices, digest, language }: Message): string {
  const [first] = notices;
  if (!digest && first && notices.length === 1) return first.title[language];
  return language === 'zh'
    ? `免打扰期间有 ${notices.length} 条通知`
    : `${notices.length} notices came during your quiet hours`;
}

/** Truncates a text to a number of characters, never inside one. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** Truncates a text to a number of UTF-8 bytes. */
export function shortenBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let kept = '';
  let bytes = Buffer.byteLength('…');
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The address of a path of the app; null where the installation does not know its own address. */
export const addressOf = (publicUrl: string | null, link: string | null): string | null =>
  publicUrl && link ? new URL(link, publicUrl).href : null;
