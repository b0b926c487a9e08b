import { describe, expect, it } from 'vitest';
import { sectionsFor, type Viewer } from '$lib/app/navigation.ts';
import type { DataRequest } from '$lib/features/my-data/my-data-api.ts';
import { assessmentBody, assessmentForm, isId, listOf, policyBody, policyForm } from './forms.ts';
import type { BackupRun, Duty, Policy } from './privacy-api.ts';
import { remedyOf } from './remedy.ts';
import { ageInDays, ageTone, byLaw, countDuties, inOrder, sizeOf } from './states.ts';

const viewerOf = (...held: string[]): Viewer => ({
  can: (permission) => held.includes(permission),
  isOn: () => true,
});
const text = (zh: string) => ({ zh, en: zh });
const policy = {
  id: 'location-history',
  version: 3,
  name: text('a'),
  purpose: text('b'),
  fields: { zh: ['工牌', '时间'], en: ['badge', 'time'] },
  classification: 'secret',
  personal: true,
  sensitive: true,
  legalBasis: text('c'),
  usedBy: ['operator'],
  retentionDays: 30,
  retentionSource: text('d'),
  certainty: 'T',
  storage: text('e'),
  department: { id: 'safety', name: text('f') },
  person: { id: '01P', name: 'g' },
  purged: true,
  createdAt: '2026-11-25T00:00:00Z',
} satisfies Policy;

describe('the forms of the privacy office', () => {
  it('round-trip their values', () => {
    const { department, person, purged, createdAt, id, ...rest } = policy;
    expect(policyBody(policyForm(policy), 3)).toEqual({
      ...rest,
      departmentId: 'safety',
      personId: '01P',
    });
    void [purged, createdAt, id, department, person];
  });

  it('keep an unlimited term, and never mark non-personal data as sensitive', () => {
    const form = policyForm({ ...policy, retentionDays: null, person: null });
    form.personal = false;
    form.fields = { zh: ' 工牌，时间、 工牌 ', en: 'badge, time' };
    expect(policyBody(form, 3)).toMatchObject({
      retentionDays: null,
      personId: null,
      sensitive: false,
      fields: { zh: ['工牌', '时间'], en: ['badge', 'time'] },
    });
  });

  it('leave out empty risks', () => {
    const form = assessmentForm(null, '2026-11-25');
    form.risks = [
      { risk: ' a track shows habits ', level: 'high' },
      { risk: ' ', level: 'low' },
    ];
    expect(assessmentBody(form, 0)).toMatchObject({
      risks: [{ risk: 'a track shows habits', level: 'high' }],
      assessedOn: '2026-11-25',
    });
  });

  it('accept lower-case ids', () => {
    expect(['a-b', 'a1'].every(isId)).toBe(true);
    expect(['', 'A', 'a--b', 'a b'].some(isId)).toBe(false);
    expect(listOf('a; b\nc')).toEqual(['a', 'b', 'c']);
  });
});

describe('states', () => {
  const duty = (law: string, status: Duty['status']) => ({ law: text(law), status }) as Duty;

  it('count requirements and group them by law', () => {
    const items = [duty('pipl', 'met'), duty('csl', 'open'), duty('pipl', 'partly')];
    const none = { confirmed: 0, 'to-confirm': 0 };
    expect(countDuties({ items })).toEqual({ met: 1, ...none, partly: 1, open: 1 });
    expect(byLaw(items).map(({ law, duties }) => [law.zh, duties.length])).toEqual([
      ['pipl', 2],
      ['csl', 1],
    ]);
  });

  it('order by deadline, decided ones last', () => {
    const of = (id: string, state: DataRequest['state'], dueAt: string, decidedAt: string | null) =>
      ({ id, state, dueAt, decidedAt }) as DataRequest;
    const order = inOrder([
      of('old', 'granted', '1', '2026-01-01'),
      of('later', 'open', '2026-03', null),
      of('new', 'refused', '1', '2026-02-01'),
      of('sooner', 'open', '2026-02', null),
    ]);
    expect(order.map(({ id }) => id)).toEqual(['sooner', 'later', 'new', 'old']);
  });

  it('distinguish an old, a recent and a missing backup', () => {
    const run = { finishedAt: '2026-11-20T00:00:00Z' } as BackupRun;
    const age = ageInDays(run, Date.parse('2026-11-25T12:00:00Z'));
    expect(age).toBe(5);
    expect([ageTone(age, 7), ageTone(age, 3), ageTone(age, 2), ageTone(null, 7)]).toEqual([
      'ok',
      'warn',
      'danger',
      'danger',
    ]);
  });

  it('show sizes in a suitable unit', () => {
    expect([0, 900, 1536, 5_368_709_120].map(sizeOf)).toEqual(['0 B', '900 B', '1.5 KB', '5.0 GB']);
  });

  it('show each officer the pages of their duty', () => {
    const ids = (...held: string[]) =>
      sectionsFor('privacy', viewerOf(...held)).map(({ id }) => id);
    expect(ids('key:manage')).toEqual(['keys']);
    expect(ids('privacy:manage')).toContain('register');
    expect(ids('privacy:manage')).not.toContain('keys');
    expect(ids()).toEqual([]);
  });

  it('link from an unmet requirement to its remedy, for users with the right', () => {
    const open = { id: 'pipl-51', status: 'partly' };
    expect(remedyOf(open, viewerOf('key:manage'))?.id).toBe('keys');
    expect(remedyOf(open, viewerOf('privacy:manage'))).toBeNull();
    expect(remedyOf({ ...open, status: 'met' }, viewerOf('key:manage'))).toBeNull();
  });
});
