import type { MachineActivity, MachineSeen, MachineState, RuleConfig } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArmed, MACHINE_STALE_MS, machinesAt, machinesNamed } from './machines.ts';
import { CAMERA, every, run, START } from './scenes.ts';

const whileRunning = { machine: 'press', states: ['running'] as MachineActivity[] };
const RULE: RuleConfig = {
  kind: 'zone-intrusion',
  id: 'at-press',
  severity: 'high',
  zone: 'hall',
  whileMachine: whileRunning,
};
const word = (state: MachineActivity, at: number, receivedAt = at) =>
  new Map([
    ['press', { state: { machine: 'press', state, at: new Date(at).toISOString() }, receivedAt }],
  ]);
const stateAt = (told: Parameters<typeof machinesAt>[1], at: number) =>
  machinesAt([RULE], told, at)[0]!.state;

describe('the known state of a machine', () => {
  it('is its last message until it is stale, then unknown', () => {
    const told = word('stopped', START);
    expect(stateAt(told, START + MACHINE_STALE_MS)).toBe('stopped');
    expect(stateAt(told, START + MACHINE_STALE_MS + 1)).toBe('unknown');
    expect(stateAt(new Map(), START)).toBe('unknown');
    expect(machinesAt([RULE], new Map(), START)).toEqual([
      { machine: 'press', state: 'unknown', at: null },
    ]);
  });

  it('is unknown where the message is stale by either clock', () => {
    const hour = 3_600_000;
    expect(stateAt(word('stopped', START - hour, START), START)).toBe('unknown');
    expect(stateAt(word('stopped', START + hour, START - hour), START)).toBe('unknown');
    expect(stateAt(word('stopped', START + hour, START), START)).toBe('stopped');
  });

  it('is queried for the machines of the rules, each once', () => {
    const other = { ...RULE, id: 'other', whileMachine: { ...whileRunning, machine: 'lathe' } };
    expect(machinesNamed([RULE, other, RULE, ...CAMERA.rules])).toEqual(['lathe', 'press']);
  });
});

describe('a rule that applies while a machine runs', () => {
  const seen = (state: MachineSeen['state']): MachineSeen[] => [
    { machine: 'press', state, at: null },
  ];

  it('applies where the machine runs or its state is unknown, and not otherwise', () => {
    expect(isArmed(RULE, seen('running'))).toBe(true);
    expect(isArmed(RULE, seen('unknown'))).toBe(true);
    expect(isArmed(RULE, [])).toBe(true);
    for (const state of ['idle', 'stopped', 'fault'] as const) {
      expect(isArmed(RULE, seen(state))).toBe(false);
    }
    expect(isArmed(CAMERA.rules[1]!, seen('stopped'))).toBe(true);
  });

  const there = (state: (ms: number) => MachineSeen['state']) =>
    every(0, 12_000, () => [{ foot: [200, 400] }]).map((one, i) => ({
      ...one,
      machines: seen(state(i * 200)),
    }));
  const config = { ...CAMERA, rules: [RULE] };

  it('[VIS-03] records a person in the zone of a running machine, with its state, not of a stopped one', () => {
    const { confirmed } = run(
      there(() => 'running'),
      config,
    );
    expect(confirmed).toMatchObject([
      {
        rule: 'zone-intrusion',
        ruleId: 'at-press',
        machine: { machine: 'press', state: 'running' },
      },
    ]);
    expect(
      run(
        there(() => 'stopped'),
        config,
      ).verdicts,
    ).toEqual([]);
  });

  it('[VIS-03] records it where the state is unknown, with that state', () => {
    const { confirmed } = run(
      there(() => 'unknown'),
      config,
    );
    expect(confirmed).toMatchObject([
      { machine: { machine: 'press', state: 'unknown', at: null } },
    ]);
  });

  it('starts and ends with the machine’s state', () => {
    const { verdicts } = run(
      there((ms) => (ms >= 3000 && ms < 7000 ? 'running' : 'stopped')),
      config,
    );
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    expect(verdicts[0]).toMatchObject({ startedAt: expect.any(Number) });
    expect(verdicts[0]!.type === 'confirmed' && verdicts[0]!.startedAt - START).toBeGreaterThan(
      2700,
    );
    expect(verdicts[1]!.type === 'ended' && verdicts[1]!.endedAt - START).toBe(6800);
  });

  it('never confirms while the machine is stopped', () => {
    const states = fc.constantFrom<MachineState['state']>('idle', 'stopped', 'fault');
    fc.assert(
      fc.property(fc.array(states, { minLength: 60, maxLength: 60 }), (all) => {
        expect(
          run(
            there((ms) => all[ms / 200]!),
            config,
          ).verdicts,
        ).toEqual([]);
      }),
    );
  });
});
