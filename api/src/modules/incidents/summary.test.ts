import { describe, expect, it } from 'vitest';
import { type SummarisedFinding, summarise } from './summary.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 27, 9, 0, second));
const of = (id: string, given: Partial<SummarisedFinding> = {}): SummarisedFinding => ({
  id,
  subject: 'person',
  rule: 'running',
  item: null,
  severity: 'low',
  camera: 'west',
  areaId: null,
  status: 'pending',
  startedAt: at(0),
  confirmedAt: at(2),
  endedAt: null,
  takenOutAt: null,
  reviewedBy: null,
  reviewedByName: null,
  reviewedAt: null,
  reviewReason: null,
  reviewNote: null,
  ...given,
});
const decided = (id: string, status: 'confirmed' | 'dismissed', second = 30) =>
  of(id, {
    status,
    reviewedBy: 'u1',
    reviewedByName: { zh: '王', en: 'Wang' },
    reviewedAt: at(second),
    reviewReason: status === 'dismissed' ? 'duplicate' : null,
  });

describe('what an incident is by its findings', () => {
  it('has their rules and cameras, the highest severity, and the most severe one for itself', () => {
    const summary = summarise(
      [
        of('f1', { rule: 'missing-ppe', item: 'vest', severity: 'medium' }),
        of('f2', { rule: 'climbing', severity: 'high', camera: 'east', startedAt: at(5) }),
        of('f3', { severity: 'high', startedAt: at(9), confirmedAt: at(11), endedAt: at(20) }),
      ],
      'pending',
    );
    expect(summary).toMatchObject({
      severity: 'high',
      mainId: 'f2',
      rules: ['missing-ppe/vest', 'climbing', 'running'],
      cameras: ['west', 'east'],
      startedAt: at(0),
      lastAt: at(20),
      findings: 3,
      undecided: 3,
      status: 'pending',
    });
  });

  it('has the areas of all findings, also of one that was taken out, each once', () => {
    const taken = { takenOutAt: at(40), areaId: 'gate' };
    const areas = [of('f1', { areaId: 'line' }), of('f2'), of('f3', { areaId: 'line' })] as const;
    expect(summarise([...areas, of('f4', taken)], 'pending').areas).toEqual(['', 'gate', 'line']);
    expect(summarise([of('f1')], 'pending').areas).toEqual(['']);
  });

  it('keeps its verdict while what joined after it waits', () => {
    const summary = summarise([decided('f1', 'confirmed'), of('f2')], 'confirmed');
    expect(summary).toMatchObject({ status: 'confirmed', undecided: 1, reviewedBy: 'u1' });
    const open = summarise([decided('f1', 'confirmed'), of('f2')], 'pending');
    expect(open).toMatchObject({ status: 'pending', undecided: 1, reviewedBy: null });
  });

  it('is decided where each finding is, and confirmed where one is', () => {
    const mixed = summarise([decided('f1', 'dismissed'), decided('f2', 'confirmed')], 'pending');
    expect(mixed).toMatchObject({ status: 'confirmed', undecided: 0, reviewReason: null });
    const none = summarise([decided('f1', 'dismissed')], 'pending');
    expect(none).toMatchObject({ status: 'dismissed', reviewReason: 'duplicate' });
    expect(summarise([of('f1')], 'confirmed')).toMatchObject({ status: 'pending' });
  });

  it('only counts what was taken out', () => {
    const out = { ...decided('f1', 'dismissed'), severity: 'high', takenOutAt: at(40) };
    expect(summarise([out, of('f2')], 'pending')).toMatchObject({
      severity: 'low',
      mainId: 'f2',
      status: 'pending',
      findings: 2,
      takenOut: 1,
      undecided: 1,
    });
  });

  it('is dismissed where nothing is left but what was taken out', () => {
    const out = { ...decided('f1', 'dismissed'), takenOutAt: at(31) };
    expect(summarise([out], 'pending')).toMatchObject({
      status: 'dismissed',
      undecided: 0,
      takenOut: 1,
      reviewedBy: 'u1',
    });
  });
});
