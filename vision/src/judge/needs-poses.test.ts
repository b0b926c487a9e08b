import { describe, expect, it } from 'vitest';
import { needsPoses, rulesOnPoses } from './needs-poses.ts';

describe('needsPoses', () => {
  it.each(['person-down', 'hand-in-danger', 'climbing', 'phone-use'] as const)(
    '%s does',
    (kind) => {
      expect(needsPoses([{ kind: 'missing-ppe' }, { kind }])).toBe(true);
    },
  );

  it.each(['missing-ppe', 'zone-intrusion', 'line-crossing', 'running'] as const)(
    '%s alone does not, and its camera pays nothing',
    (kind) => {
      expect(needsPoses([{ kind }])).toBe(false);
      expect(needsPoses([])).toBe(false);
    },
  );

  it('names the rules', () => {
    const rules = [
      { kind: 'person-down', id: 'down' },
      { kind: 'running', id: 'haste' },
    ] as const;
    expect(rulesOnPoses(rules).map(({ id }) => id)).toEqual(['down']);
  });
});
