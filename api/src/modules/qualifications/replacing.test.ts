import { describe, expect, it } from 'vitest';
import { deciding, replaces } from './replacing.ts';
import type { QualificationFact } from './state.ts';

const at = { now: new Date('2026-11-28T04:00:00Z'), today: '2026-11-28' };
const fact = (id: string, more: Partial<QualificationFact> = {}): QualificationFact => ({
  id,
  type: 'special-work',
  category: 'welding',
  level: null,
  issuedOn: '2022-03-01',
  validFrom: '2022-03-01',
  validUntil: '2027-01-10',
  reviewDueOn: null,
  result: null,
  suspensions: [],
  revokedAt: null,
  ...more,
});
const suspensions = [{ from: '2026-10-01T00:00:00Z', until: null }];
const old = fact('old');
const longer = (more: Partial<QualificationFact> = {}) =>
  fact('longer', { validUntil: '2030-01-01', ...more });
const decides = (...facts: QualificationFact[]) => deciding(facts, at).id;

describe('which qualification decides when an end is told', () => {
  it('is the one that counts longest, by the earlier of its end and its review', () => {
    expect(decides(old, longer())).toBe('longer');
    expect(decides(longer({ reviewDueOn: '2026-12-24' }), old)).toBe('old');
    expect(replaces(longer({ reviewDueOn: '2026-12-24' }), old, at)).toBe(false);
  });

  it('is none that is suspended, unless there is no other', () => {
    expect(decides(old, longer({ suspensions }))).toBe('old');
    expect(decides(longer({ suspensions }))).toBe('longer');
    const over = [{ from: '2026-10-01T00:00:00Z', until: '2026-11-01T00:00:00Z' }];
    expect(decides(old, longer({ suspensions: over }))).toBe('longer');
    expect(replaces(longer({ suspensions }), old, at)).toBe(false);
  });

  it('is one that begins later only where no day lies between', () => {
    expect(decides(old, longer({ validFrom: '2027-01-11' }))).toBe('longer');
    expect(decides(old, longer({ validFrom: '2027-01-12' }))).toBe('old');
    expect(replaces(longer({ validFrom: '2027-01-11' }), old, at)).toBe(true);
    expect(replaces(longer({ validFrom: '2027-01-12' }), old, at)).toBe(false);
    // One that has begun counts, however long the person was without.
    const ended = fact('ended', { validUntil: '2024-01-01' });
    expect(decides(ended, longer({ validFrom: '2026-05-01' }))).toBe('longer');
    const third = fact('third', { validFrom: '2030-01-02', validUntil: '2034-01-01' });
    expect(decides(third, longer({ validFrom: '2027-01-11' }), old)).toBe('third');
  });

  it('is of the same category and of no lower level', () => {
    const skill = (level: number) => ({ type: 'skill', category: 'assembly', level }) as const;
    expect(replaces(longer(skill(2)), fact('old', skill(3)), at)).toBe(false);
    expect(replaces(longer(skill(3)), fact('old', skill(2)), at)).toBe(true);
    expect(replaces(longer({ category: 'height' }), old, at)).toBe(false);
    expect(decides(fact('a', skill(3)), fact('b', skill(2)))).toBe('a');
  });

  it('is the newest of medical checks', () => {
    const of = (id: string, validFrom: string, validUntil: string) =>
      fact(id, { type: 'fitness', category: 'in-post', validFrom, validUntil });
    expect(decides(of('a', '2026-02-01', '2028-02-01'), of('b', '2026-06-01', '2027-06-01'))).toBe(
      'b',
    );
  });
});
