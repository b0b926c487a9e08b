import { describe, expect, it } from 'vitest';
import { scanMatcher, shownName } from './match.ts';

const matcher = scanMatcher(
  ['证书/T-100.pdf', 'T101.jpg', 'b/T101.png', '王五 焊工证.PDF', 'T102_1.jpg', 'T102_2.jpg'].map(
    (path) => ({ path, bytes: 1 }),
  ),
);
const found = (file: string | null, number: string | null) => {
  const match = matcher({ file, number });
  if (match === null) return null;
  return 'scan' in match ? match.scan.path : match.fault.code;
};

describe('the scan of a row', () => {
  it('is the file named after the number, in whatever folder and with whatever marks', () => {
    expect(found(null, 'T100')).toBe('证书/T-100.pdf');
    expect(found(null, 'ｔ１００')).toBe('证书/T-100.pdf');
    expect(found(null, null)).toBeNull();
  });

  it('is the file that the row names, with or without folder and ending', () => {
    for (const name of ['王五 焊工证.pdf', '王五 焊工证', '王五焊工证.jpg']) {
      expect(found(name, 'T100')).toBe('王五 焊工证.PDF');
    }
    expect(found('b/T101.png', null)).toBe('b/T101.png');
  });

  it('is none where it is missing, or where several could be it', () => {
    expect(found(null, 'T101')).toBe('scan-twice');
    expect(found(null, 'T102')).toBe('scan-none');
    expect(found('T999.pdf', 'T100')).toBe('scan-missing');
  });

  it('is shown without the identity number that its name may have', () => {
    expect(shownName('a/T32049919900101001X.pdf')).toBe('T320***001X.pdf');
  });
});
