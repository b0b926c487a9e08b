import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import type { Incident, VerdictRequest } from '$lib/api/types.ts';
import { defaultFilters } from '$lib/features/violations/filters.ts';
import { incidentOf } from '../../../test/incident.ts';
import { IncidentQueue, matches } from './incident-queue.svelte.ts';

const shows = (incident: Incident, part: Partial<typeof defaultFilters> = {}): boolean =>
  matches(incident, { ...defaultFilters, ...part });

describe('the filters of incidents', () => {
  it('show a decided one that something joined since as pending, too', () => {
    const decided = incidentOf(1, { status: 'confirmed', undecided: 0 });
    expect([shows(decided), shows(decided, { status: 'confirmed' })]).toEqual([false, true]);
    expect(shows({ ...decided, undecided: 1 })).toBe(true);
  });

  it('find any of its rules and cameras, and no merged one', () => {
    const incident = incidentOf(1, {
      rules: ['missing-ppe/helmet', 'running'],
      cameras: ['west', 'east'],
    });
    for (const rule of ['missing-ppe', 'missing-ppe/helmet', 'running']) {
      expect([rule, shows(incident, { rule })]).toEqual([rule, true]);
    }
    expect(shows(incident, { rule: 'missing-ppe/vest' })).toBe(false);
    expect([shows(incident, { camera: 'east' }), shows(incident, { camera: 'x' })]).toEqual([
      true,
      false,
    ]);
    expect(shows({ ...incident, mergedInto: incidentOf(2).id })).toBe(false);
  });
});

describe('the queue of incidents', () => {
  it('asks again where something joined meanwhile: a verdict is for what was seen', async () => {
    const sent: VerdictRequest[] = [];
    const grown = incidentOf(1, { findings: 2, undecided: 2, version: 2 });
    const queue = new IncidentQueue(
      {
        list: async () => ({ items: [incidentOf(1)], next: null }),
        get: async () => incidentOf(1),
        decide: async (_id, body) => {
          sent.push(body);
          if (body.version === 1) {
            throw new ApiError(409, 'incident.version-conflict', 'changed', { current: grown });
          }
          return { ...grown, status: 'confirmed', undecided: 0, version: 3 };
        },
      },
      () => ({ id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } }),
    );
    await queue.load();
    const refused = await queue.decide(incidentOf(1), { decision: 'confirm' });
    expect(refused).toMatchObject({ kind: 'conflict', item: { findings: 2 } });
    expect(sent).toHaveLength(1);
    expect(queue.items).toEqual([grown]);
    const outcome = await queue.decide(grown, { decision: 'confirm' });
    expect(outcome).toMatchObject({ kind: 'saved' });
    expect(queue.items).toEqual([]);
  });

  it('drops one that became part of another', async () => {
    const queue = new IncidentQueue(
      {
        list: async () => ({ items: [incidentOf(2), incidentOf(1)], next: null }),
        get: async () => incidentOf(1),
        decide: async () => incidentOf(1),
      },
      () => ({ id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } }),
    );
    await queue.load();
    queue.receive(incidentOf(2, { mergedInto: incidentOf(1).id, version: 2, findings: 0 }));
    queue.receive(incidentOf(1, { findings: 2, version: 2 }));
    expect(queue.items.map(({ id, findings }) => [id, findings])).toEqual([[incidentOf(1).id, 2]]);
  });
});
