import { describe, expect, it } from 'vitest';
import { calendarOf } from './calendar-file.ts';
import type { ObligationRow } from './schema.ts';

const row = (more: Partial<ObligationRow> = {}): ObligationRow => ({
  id: '01JDKXYZ0123456789ABCDEFGH',
  kind: 'qualification-review',
  kindName: { zh: '证书复审', en: 'Review of a certificate' },
  subject: {
    kind: 'person',
    id: 'p1',
    name: { zh: '吴维修; 维修, 一班', en: 'Wu; maintenance, one' },
    link: null,
  },
  detail: { zh: '焊接与热切割作业\n第二行', en: 'Welding' },
  department: { id: 'maintenance', name: { zh: '维修部', en: 'Maintenance' } },
  site: null,
  dueOn: '2028-02-29',
  plannedOn: null,
  state: 'planned',
  escalated: false,
  movedFrom: null,
  postponed: false,
  interval: null,
  rule: null,
  doneOn: null,
  mayComplete: false,
  mayPostpone: false,
  version: 3,
  ...more,
});
/** Lines as RFC 5545 folds them, unfolded. */
const linesOf = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');

describe('what falls due as a calendar', () => {
  it('is an event of a whole day, with an id that stays and a number that grows', () => {
    const text = calendarOf([row()], { language: 'zh', publicUrl: 'https://safety.example' });
    const lines = linesOf(text);
    expect(lines[0]).toBe('BEGIN:VCALENDAR');
    expect(lines).toEqual(
      expect.arrayContaining([
        'UID:01JDKXYZ0123456789ABCDEFGH@anshi',
        'SEQUENCE:3',
        'DTSTART;VALUE=DATE:20280229',
        'SUMMARY:证书复审: 吴维修\\; 维修\\, 一班',
        'DESCRIPTION:焊接与热切割作业\\n第二行\\n维修部',
        'URL;VALUE=URI:https://safety.example/obligations?id=01JDKXYZ0123456789ABCDEFGH',
        'TRIGGER:-P7D',
      ]),
    );
    expect(calendarOf([row({ version: 4 })], { language: 'zh', publicUrl: null })).toContain(
      'SEQUENCE:4',
    );
  });

  it('folds lines at 75 bytes, and cannot be broken by a name', () => {
    const name = `${'很长的姓名'.repeat(20)}\r\nEND:VCALENDAR\r\nBEGIN:VEVENT`;
    const subject = { ...row().subject, name: { zh: name, en: name } };
    const text = calendarOf([row({ subject })], { language: 'zh', publicUrl: null });
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      // No line feed of a name is left alone.
      expect(line).not.toContain('\n');
    }
    expect(linesOf(text).filter((line) => line === 'END:VCALENDAR')).toHaveLength(1);
    expect(linesOf(text).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  });

  it('leaves out what has no day', () => {
    const text = calendarOf([row({ dueOn: null })], { language: 'en', publicUrl: null });
    expect(text).not.toContain('BEGIN:VEVENT');
  });
});
