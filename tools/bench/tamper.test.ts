import { describe, expect, test } from 'vitest';
import { scoreClip, tamperTruth } from './tamper-score.ts';

describe('the truth of clips', () => {
  test('names faults, and what is none', () => {
    const read = tamperTruth.parse([
      { file: 'a.mp4', fault: 'black', second: 12 },
      { file: 'b.mp4', fault: 'rain' },
      { file: 'c.mp4', fault: null, second: null },
      { file: 'd.mp4', fault: 'out-of-focus', second: 3 },
    ]);
    expect(read.map(({ fault }) => fault)).toEqual(['black', null, null, 'blurred']);
  });

  test.each([
    [{ file: 'a.mp4', fault: 'stolen', second: 1 }, /is no fault/],
    [{ file: 'a.mp4', fault: 'black' }, /needs the second/],
    [{ file: '../a.mp4', fault: null }, /same folder/],
  ])('refuses %j', (entry, message) => {
    expect(() => tamperTruth.parse([entry])).toThrow(message);
  });
});

describe('a clip', () => {
  const black = { file: 'a.mp4', fault: 'black' as const, second: 10 };

  test('is found where the right fault is reported after its begin', () => {
    expect(scoreClip(black, [{ fault: 'black', at: 14.5 }])).toMatchObject({
      delay: 4.5,
      wrongKind: false,
      falseReports: 0,
    });
    expect(scoreClip(black, [{ fault: 'covered', at: 16 }])).toMatchObject({
      delay: null,
      wrongKind: true,
      falseReports: 0,
    });
  });

  test('has a false report before the begin, and in rain', () => {
    const early = [
      { fault: 'black' as const, at: 4 },
      { fault: 'black' as const, at: 12 },
    ];
    expect(scoreClip(black, early)).toMatchObject({ delay: 2, falseReports: 1 });
    const rain = { file: 'b.mp4', fault: null, second: null };
    expect(scoreClip(rain, [{ fault: 'blurred', at: 9 }])).toMatchObject({ falseReports: 1 });
  });
});
