import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { MachineStates } from './machine-states.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const word = (machine: string, state: string, second = 0) =>
  Buffer.from(JSON.stringify({ machine, state, at: at(second) }));

describe('what machines told', () => {
  it('keeps the last word of each machine, by the time that it says', () => {
    const states = new MachineStates(pino({ level: 'silent' }));
    states.take('press', word('press', 'running', 1), 1000);
    states.take('robot', word('robot', 'idle', 1), 1000);
    states.take('press', word('press', 'stopped', 3), 3000);
    states.take('press', word('press', 'running', 2), 3500);
    expect(states.told.get('press')).toEqual({
      state: { machine: 'press', state: 'stopped', at: at(3) },
      receivedAt: 3000,
    });
    expect(states.told.get('robot')?.state.state).toBe('idle');
    states.take('robot', Buffer.alloc(0), 4000);
    expect(states.told.has('robot')).toBe(false);
  });

  it('hears a machine whose clock was set back', () => {
    const states = new MachineStates(pino({ level: 'silent' }));
    states.take('press', word('press', 'running', 3600), 1000);
    states.take('press', word('press', 'stopped', 2), 3000);
    expect(states.told.get('press')?.state.state).toBe('running');
    states.take('press', word('press', 'stopped', 33), 34_000);
    expect(states.told.get('press')).toMatchObject({
      state: { state: 'stopped' },
      receivedAt: 34_000,
    });
  });

  it.each([
    Buffer.from('running'),
    Buffer.from('{"machine":"press","state":"flying","at":"2026-01-01T00:00:00.000Z"}'),
    word('other', 'stopped', 9),
  ])('leaves out what is damaged: %s', (payload) => {
    const states = new MachineStates(pino({ level: 'silent' }));
    states.take('press', word('press', 'running', 1), 1000);
    states.take('press', payload, 2000);
    expect(states.told.get('press')?.state.state).toBe('running');
  });
});
