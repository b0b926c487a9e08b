import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairEvidence } from './evidence.ts';
import { IDENTIFY } from './settings.ts';

const residual = { at: 0, reader: 'uwb', metres: 0.5 };
const walking = (bin: number): [number, number] => [5 * bin, 0];

describe('the evidence of a pair', () => {
  it('counts ten fixes of one correlation time as one witness', () => {
    const one = new PairEvidence();
    one.add(0, 0.05, 1, residual);
    const ten = new PairEvidence();
    for (let i = 0; i < 10; i++) ten.add(0, 0.05, 1, residual);
    const [a, b] = [one, ten].map((pair) => pair.weigh(0, walking, IDENTIFY));
    expect(b!.log).toBeCloseTo(a!.log, 9);
    expect(b!.witnesses).toBe(1);
  });

  it('grows with the way, and not while the person stands still', () => {
    const moved = new PairEvidence();
    const still = new PairEvidence();
    for (let bin = 0; bin < 6; bin++) {
      moved.add(bin, 0.05, 1, residual);
      still.add(bin, 0.05, 1, residual);
    }
    const walked = moved.weigh(5, walking, IDENTIFY);
    const stood = still.weigh(5, () => [3, 3], IDENTIFY);
    expect(walked.witnesses).toBe(6);
    expect(stood.witnesses).toBe(1);
    expect(walked.log).toBeGreaterThan(stood.log + 3);
  });

  it('loses by fixes that do not fit, wherever the person stands', () => {
    const pair = new PairEvidence();
    for (let bin = 0; bin < 4; bin++) pair.add(bin, 0.0002, 1, residual);
    expect(pair.weigh(3, () => [3, 3], IDENTIFY).log).toBeLessThan(-3);
  });

  it('begins with what was known before a doubt, and tells its own from it', () => {
    const pair = new PairEvidence();
    pair.before = { log: 6, stranger: -3, bin: 0 };
    expect(pair.weigh(0, walking, IDENTIFY)).toMatchObject({ log: 6, own: 0, witnesses: 0 });
    for (const bin of [0, 1, 2]) pair.add(bin, 0.05, 1, residual);
    const known = pair.weigh(2, walking, IDENTIFY);
    expect(known.log - known.own).toBeCloseTo(6, 2);
    // The place at which it came out is no way: two of the three times are witnesses.
    expect(known.witnesses).toBe(2);
    const unknown = new PairEvidence();
    for (const bin of [0, 1, 2]) unknown.add(bin, 0.05, 1, residual);
    // A person who has just come may be anywhere: the first fix says more of them.
    expect(unknown.weigh(2, walking, IDENTIFY).log).toBeGreaterThan(known.own + 2);
  });

  it('counts the first time as that of a new person where those who went into the doubt did not wear it', () => {
    const weigh = (log: number, stranger: number) => {
      const pair = new PairEvidence();
      pair.before = { log, stranger, bin: 0 };
      for (const bin of [0, 1, 2]) pair.add(bin, 0.05, 1, residual);
      return pair.weigh(2, walking, IDENTIFY);
    };
    const unknown = new PairEvidence();
    for (const bin of [0, 1, 2]) unknown.add(bin, 0.05, 1, residual);
    const fresh = unknown.weigh(2, walking, IDENTIFY);
    // By the chance that another person came out, and no more.
    const excluded = weigh(-3, -3);
    expect(excluded.log).toBeCloseTo(fresh.log - 3, 6);
    expect(excluded.witnesses).toBe(fresh.witnesses);
    // Who may have worn it before was near, and the first time says nothing of them.
    expect(weigh(4, -3).witnesses).toBe(fresh.witnesses - 1);
  });

  it('is compared with that of another person over the times at which both were seen', () => {
    const long = new PairEvidence();
    const short = new PairEvidence();
    for (let bin = 0; bin < 6; bin++) long.add(bin, 0.05, 1, residual);
    for (const bin of [5, 6]) short.add(bin, 0.2, 1, residual);
    expect(short.leadOver(long)).toBeCloseTo(Math.log(4), 9);
    expect(long.leadOver(short)).toBeCloseTo(-Math.log(4), 9);
    expect(long.leadOver(new PairEvidence())).toBe(0);
  });

  it('does not depend on the order of the fixes', () => {
    const fix = fc.record({
      bin: fc.integer({ min: 0, max: 9 }),
      density: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fix, { minLength: 1, maxLength: 40 }), (fixes) => {
        const forth = new PairEvidence();
        const back = new PairEvidence();
        for (const { bin, density } of fixes) forth.add(bin, density, 1, residual);
        for (const { bin, density } of [...fixes].reverse()) back.add(bin, density, 1, residual);
        const [a, b] = [forth, back].map((pair) => pair.weigh(9, walking, IDENTIFY));
        expect(b!.log).toBeCloseTo(a!.log, 6);
        expect(b!.witnesses).toBe(a!.witnesses);
      }),
    );
  });
});
