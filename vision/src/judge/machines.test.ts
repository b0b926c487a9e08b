import {
  addMachineReport,
  type MachineActivity,
  type MachineReport,
  type MachineSeen,
  type MachineState,
  type RuleConfig,
} from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArmed as isArmedBy, machinesNamed } from './arming.ts';
import { MACHINE_STALE_MS, machinesAt } from './machines.ts';
import { CAMERA, every, run, START } from './scenes.ts';

const isArmed = (rule: RuleConfig, machines: readonly MachineSeen[]) =>
  isArmedBy(rule, { zones: [], machines });
const whileRunning = { machine: 'press', states: ['running'] as MachineActivity[] };
const RULE: RuleConfig = {
  kind: 'zone-intrusion',
  id: 'at-press',
  severity: 'high',
  zone: 'hall',
  whileMachine: whileRunning,
};
const told = (
  state: MachineActivity,
  at: number,
  receivedAt = at,
  source?: string,
): MachineReport => ({
  state: { machine: 'press', state, at: new Date(at).toISOString(), ...(source && { source }) },
  receivedAt,
});
const word = (...given: Parameters<typeof told>) => new Map([['press', [told(...given)]]]);
const stateAt = (told: Parameters<typeof machinesAt>[1], at: number) =>
  machinesAt({ rules: [RULE] }, told, at)[0]!.state;

describe('the known state of a machine', () => {
  it('is its last message until it is stale, then unknown', () => {
    const stopped = word('stopped', START);
    expect(stateAt(stopped, START + MACHINE_STALE_MS)).toBe('stopped');
    expect(stateAt(stopped, START + MACHINE_STALE_MS + 1)).toBe('unknown');
    expect(stateAt(new Map(), START)).toBe('unknown');
    expect(machinesAt({ rules: [RULE] }, new Map(), START)).toEqual([
      { machine: 'press', state: 'unknown', at: null },
    ]);
  });

  it('is unknown where the message is stale by either clock', () => {
    const hour = 3_600_000;
    expect(stateAt(word('stopped', START - hour, START), START)).toBe('unknown');
    expect(stateAt(word('stopped', START + hour, START - hour), START)).toBe('unknown');
    // Our own clock was set back: nothing that was heard before says what is so now.
    expect(stateAt(word('stopped', START + hour, START + hour), START)).toBe('unknown');
  });

  it('is queried for the machines of the rules, each once', () => {
    const other = { ...RULE, id: 'other', whileMachine: { ...whileRunning, machine: 'lathe' } };
    expect(machinesNamed([RULE, other, RULE, ...CAMERA.rules])).toEqual(['lathe', 'press']);
  });
});

const heard = (...reports: MachineReport[]) =>
  new Map([['press', reports.reduce<MachineReport[]>(addMachineReport, [])]]);
const SECOND = 1_000;

describe('contradicting states', () => {
  it('of one source: the one that was received last holds, where it is the newer one', () => {
    const reports = heard(told('running', START), told('stopped', START + SECOND));
    expect(machinesAt({ rules: [RULE] }, reports, START + SECOND)).toEqual([
      { machine: 'press', state: 'stopped', at: new Date(START + SECOND).toISOString() },
    ]);
  });

  it('of one source out of order contradict each other until a newer one comes', () => {
    const late = heard(told('stopped', START + 4 * SECOND, START), told('running', START));
    const [seen] = machinesAt({ rules: [RULE] }, late, START);
    expect(seen).toMatchObject({ state: 'unknown', told: ['stopped', 'running'] });
    expect(isArmed(RULE, [seen!])).toBe(true);
    const settled = addMachineReport(late.get('press')!, told('stopped', START + 5 * SECOND));
    expect(stateAt(new Map([['press', settled]]), START + 5 * SECOND)).toBe('stopped');
  });

  it('of two sources contradict each other, and every rule that asks for one of them asks', () => {
    const both = heard(
      told('stopped', START, START, 'gateway-1'),
      told('idle', START, START, 'light-curtain'),
    );
    const seen = machinesAt({ rules: [RULE] }, both, START);
    expect(seen).toMatchObject([{ state: 'unknown', told: ['stopped', 'idle'] }]);
    const asks = (...states: MachineActivity[]) =>
      isArmed({ ...RULE, whileMachine: { machine: 'press', states } } as RuleConfig, seen);
    expect([asks('running'), asks('stopped'), asks('idle'), asks('fault')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    // One of them is silent: what it said is stale, and the other one holds.
    const later = addMachineReport(
      both.get('press')!,
      told('stopped', START + 31 * SECOND, START + 31 * SECOND, 'gateway-1'),
    );
    expect(stateAt(new Map([['press', later]]), START + 31 * SECOND)).toBe('stopped');
  });

  it('are accepted from a limited number of sources, with bounded memory', () => {
    let reports: MachineReport[] = [];
    for (let i = 0; i < 1_000; i++) {
      reports = addMachineReport(reports, told('stopped', START, START, `gateway-${i}`));
    }
    expect(reports).toHaveLength(8);
    expect(machinesAt({ rules: [RULE] }, new Map([['press', reports]]), START)[0]!.state).toBe(
      'unknown',
    );
  });

  const sources = fc.constantFrom(undefined, 'gateway-1', 'gateway-2');
  const activity = fc.constantFrom<MachineActivity>('running', 'idle', 'stopped', 'fault');
  /** Reports of ten seconds, received in any order within five. */
  const reports = fc.array(
    fc.record({
      state: activity,
      at: fc.integer({ min: 0, max: 10_000 }),
      delay: fc.integer({ min: -5_000, max: 5_000 }),
      source: sources,
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('never disarm a rule where the newest or the last received report of a source arms it', () => {
    fc.assert(
      fc.property(reports, (given) => {
        const arrived = given
          .map(({ state, at, delay, source }) =>
            told(state, START + at, START + at + delay, source),
          )
          .sort((a, b) => a.receivedAt - b.receivedAt);
        const now = START + 15_000;
        const armed = isArmed(RULE, machinesAt({ rules: [RULE] }, heard(...arrived), now));
        for (const source of new Set(arrived.map(({ state }) => state.source))) {
          const own = arrived.filter(({ state }) => state.source === source);
          const dated = Math.max(...own.map(({ state }) => Date.parse(state.at)));
          const newest = own.filter(({ state }) => Date.parse(state.at) === dated).at(-1)!;
          for (const one of [own.at(-1)!, newest]) {
            if (one.state.state === 'running') expect(armed).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('give the same result in time order, in any order of arrival', () => {
    fc.assert(
      fc.property(reports, activity, (given, last) => {
        const before = given.map(({ state, at, source }) =>
          told(state, START + at, START + at, source),
        );
        const ended = before
          .sort((a, b) => a.receivedAt - b.receivedAt)
          .filter(({ state }) => state.source === undefined);
        const seen = stateAt(heard(...ended, told(last, START + 10_001)), START + 10_001);
        expect(seen).toBe(last);
      }),
    );
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
        arming: { by: 'machine', machine: { machine: 'press', state: 'running' } },
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
      { arming: { by: 'machine', machine: { machine: 'press', state: 'unknown', at: null } } },
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
