import { busKinds, mayPublish, topics } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { FORGED, forgedTopics, forgeries } from './forgeries.ts';

describe('what is forged on the bus', () => {
  it('is on every topic of the contracts', () => {
    const victim = 'worker-1';
    const all = Object.entries(topics).map(([name, topic]) => [
      name,
      (topic as (...parts: string[]) => string)('demo', victim, victim),
    ]);
    const forged = forgedTopics('demo', victim);
    expect(all.filter(([, topic]) => !forged.includes(topic as string))).toEqual([]);
    expect(new Set(forged).size).toBe(forged.length);
  });

  it('is nothing that a user of another name may send, of whichever kind', () => {
    for (const kind of busKinds.filter((one) => one !== 'api' && one !== 'simulator')) {
      const attacker = { tenant: 'demo', kind, name: 'attacker' };
      const allowed = forgeries('demo', 'worker-1').filter(([topic]) =>
        mayPublish(attacker, topic),
      );
      expect([kind, allowed]).toEqual([kind, []]);
    }
  });

  it('is known by its mark', () => {
    const all = forgeries('demo', 'worker-1');
    expect(all.filter(([, message]) => !message.includes(FORGED))).toEqual([]);
  });
});
