import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { machinesAt } from '../judge/machines.ts';
import { MachineStates } from './machine-states.ts';

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + 1000 * second).toISOString();
const word = (machine: string, state: string, second = 0) =>
  Buffer.from(JSON.stringify({ machine, state, at: at(second) }));
const RULES = ['press', 'robot'].map((machine) => ({
  kind: 'zone-intrusion' as const,
  id: `at-${machine}`,
  severity: 'high' as const,
  zone: 'hall',
  whileMachine: { machine, states: ['running' as const] },
}));

function hear() {
  const states = new MachineStates(pino({ level: 'silent' }));
  const take = (second: number, payload: Buffer, machine = 'press') =>
    states.take(machine, payload, START + 1000 * second);
  const known = (second: number, machine = 'press') =>
    machinesAt({ rules: RULES }, states.told, START + 1000 * second).find(
      (one) => one.machine === machine,
    )!;
  return { states, take, known };
}

describe('reported machine states', () => {
  it('keeps the last word of each machine', () => {
    const { states, take, known } = hear();
    take(1, word('press', 'running', 1));
    take(1, word('robot', 'idle', 1), 'robot');
    take(3, word('press', 'stopped', 3));
    expect(known(3)).toEqual({ machine: 'press', state: 'stopped', at: at(3) });
    expect(known(3, 'robot').state).toBe('idle');
    take(4, Buffer.alloc(0), 'robot');
    expect(states.told.has('robot')).toBe(false);
  });

  it('[SEC-02] believes no state of the future, and counts it: the rule stays armed', () => {
    const { states, take, known } = hear();
    take(1, word('press', 'running', 1));
    const attack = { machine: 'press', state: 'stopped', at: '2099-01-01T00:00:00.000Z' };
    for (let second = 2; second < 40; second++) {
      take(second, Buffer.from(JSON.stringify(attack)));
      expect(['running', 'unknown']).toContain(known(second).state);
    }
    expect(states.refused).toEqual({ ahead: 38, 'too-old': 0, 'no-time': 0 });
    // It held nothing up: the machine is heard at once.
    take(40, word('press', 'stopped', 40));
    expect(known(40).state).toBe('stopped');
  });

  it('does not take one that is a little ahead for the truth while the machine says otherwise', () => {
    const { take, known } = hear();
    take(1, word('press', 'running', 1));
    take(1, word('press', 'stopped', 5));
    take(2, word('press', 'running', 2));
    expect(known(2)).toMatchObject({ state: 'unknown', told: ['stopped', 'running'] });
    take(6, word('press', 'running', 6));
    expect(known(6)).toEqual({ machine: 'press', state: 'running', at: at(6) });
  });

  it('hears a machine whose clock was set back, and has no doubt for long', () => {
    const { take, known } = hear();
    take(1, word('press', 'running', 5));
    take(3, word('press', 'stopped', 2));
    expect(known(3).state).toBe('unknown');
    take(6, word('press', 'stopped', 5));
    expect(known(6)).toMatchObject({ state: 'stopped' });
  });

  it.each([-3600, 3600])(
    'hears machines again at once after our own clock was set by %s s',
    (step) => {
      const { take, known } = hear();
      // Right clocks of machines; ours was wrong by the step until second 10.
      take(5 - step, word('press', 'running', 5));
      expect(known(5 - step).state).toBe('unknown');
      take(10, word('press', 'stopped', 10));
      expect(known(10)).toEqual({ machine: 'press', state: 'stopped', at: at(10) });
    },
  );

  it.each([
    Buffer.from('running'),
    Buffer.from('{"machine":"press","state":"flying","at":"2026-01-01T00:00:00.000Z"}'),
    word('other', 'stopped', 9),
  ])('leaves out what is damaged: %s', (payload) => {
    const { take, known } = hear();
    take(1, word('press', 'running', 1));
    take(2, payload);
    expect(known(2).state).toBe('running');
  });
});
