import { expect, it } from 'vitest';
import { periodOf, recordLink } from './record-link.ts';

const all = () => true;

it('leads from an entry to its record, where the account may open it', () => {
  expect(recordLink({ kind: 'gate', id: 'G1', record: 'G1' }, false, all)).toBe('/gates/G1');
  expect(
    recordLink({ kind: 'qualification', id: 'Q1.revoked', record: 'Q1.revoked' }, false, all),
  ).toBe('/qualifications/Q1');
  expect(recordLink({ kind: 'gate', id: 'G1', record: 'G1' }, false, () => false)).toBeNull();
  expect(recordLink({ kind: 'post', id: 'P1.began', record: 'P1.began' }, false, all)).toBeNull();
});

it('leads from a violation and from an assignment to the record that has a page', () => {
  const violation = { kind: 'violation', id: 'E1', record: 'V1' };
  const job = { kind: 'job', id: 'A1', record: 'J1' };
  expect(recordLink(violation, false, all)).toBe('/violations/V1?status=all');
  expect(recordLink(violation, true, all)).toBe('/me/violations/E1');
  expect(recordLink(job, false, all)).toBe('/assignments/J1');
  expect(recordLink(job, true, all)).toBe('/me/work');
  expect(recordLink(job, false, (one) => one !== 'assignment:read')).toBeNull();
});

it('leads a person to their own pages', () => {
  const none = () => false;
  expect(recordLink({ kind: 'fence', id: 'F1', record: 'F1' }, true, none)).toBe('/me/fences/F1');
  expect(
    recordLink({ kind: 'qualification', id: 'Q1.began', record: 'Q1.began' }, true, none),
  ).toBe('/me/qualifications');
  expect(recordLink({ kind: 'gate', id: 'G1', record: 'G1' }, true, all)).toBeNull();
});

it('takes whole days, also the last one of a month', () => {
  const { from, until } = periodOf('2026-11-01', '2026-11-30');
  expect(new Date(from ?? 0)).toEqual(new Date(2026, 10, 1));
  expect(new Date(until ?? 0)).toEqual(new Date(2026, 11, 1));
  expect(periodOf('', '')).toEqual({});
});
