import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workOrder } from '../../testing/work-order.ts';
import { type WorkflowDefinition, workflowDefinition } from './definition.ts';
import {
  type Actor,
  begin,
  type FireRequest,
  fire,
  type MachineCase,
  refusalOf,
} from './machine.ts';
import { validateWorkflow } from './validate.ts';

const definition = workflowDefinition.parse(workOrder);
const people = ['ann', 'bob', 'cai', 'dee'];
const facts = { users: new Set(people), departments: new Set(['press-shop']) };

/** `ann` and `ann-2` are two accounts of one human. */
const actor = (id: string, reach: 'within' | 'outside' | 'missing' = 'within'): Actor => ({
  id,
  accounts: id.startsWith('ann') ? ['ann', 'ann-2'] : [id],
  reach: () => reach,
});
const photo = (id: string) => ({ id, kind: 'photo' as const, used: false });

/** Moves the work order to the state; requested by `ann`, repaired by `bob`. */
function at(state: 'requested' | 'repairing' | 'checking'): MachineCase {
  let now = begin(definition, { requester: ['ann'], starter: ['ann'] });
  const move = (transition: string, who: string, more: Partial<FireRequest> = {}) => {
    const request = { transition, version: now.version, fields: {}, files: [], ...more };
    const fired = fire(definition, now, request, actor(who), facts);
    if (!fired.ok) throw new Error(JSON.stringify(fired.faults));
    now = { ...fired.next, assignees: fired.next.parts.mechanic ?? [] };
  };
  if (state !== 'requested') move('hand-out', 'cai', { fields: { mechanic: 'bob' } });
  if (state === 'checking')
    move('report-done', 'bob', { fields: { hours: 3 }, files: [photo('f1')] });
  return now;
}

const codes = (now: MachineCase, request: Partial<FireRequest>, who: Actor | null) => {
  const whole = { transition: '', version: now.version, fields: {}, files: [], ...request };
  const fired = fire(definition, now, whole, who, facts);
  return fired.ok ? [] : fired.faults.map(({ code, field }) => (field ? `${code} ${field}` : code));
};

describe('a step', () => {
  it('moves the case, keeps participants, and increments the version', () => {
    const before = at('requested');
    const fired = fire(
      definition,
      before,
      {
        transition: 'hand-out',
        version: 1,
        fields: { mechanic: 'bob', urgency: 'now' },
        files: [],
      },
      actor('cai'),
      facts,
    );
    expect(fired).toMatchObject({
      ok: true,
      next: {
        state: 'repairing',
        version: 2,
        parts: { requester: ['ann'], mechanic: ['bob'] },
        fired: [{ transition: 'hand-out', by: 'cai' }],
        closed: false,
      },
    });
    expect(before).toEqual(at('requested'));
  });

  it('is refused from another state, at another version, and without permission', () => {
    expect(codes(at('requested'), { transition: 'check' }, actor('cai'))).toEqual(['transition']);
    expect(codes(at('requested'), { transition: 'nonsense' }, actor('cai'))).toEqual([
      'transition',
    ]);
    const old = { transition: 'hand-out', version: 7 };
    expect(codes(at('requested'), old, actor('cai'))).toEqual(['version']);
    const handOut = { transition: 'hand-out', fields: { mechanic: 'bob' } };
    expect(codes(at('requested'), handOut, actor('cai', 'missing'))).toEqual(['forbidden']);
    expect(codes(at('requested'), handOut, actor('cai', 'outside'))).toEqual(['outside']);
    const done = { transition: 'report-done', fields: { hours: 1 }, files: [photo('f')] };
    expect(codes(at('repairing'), done, actor('cai'))).toEqual(['not-yours']);
    expect(codes(at('repairing'), done, actor('bob'))).toEqual([]);
  });

  it('separates duties for every account of the same human, and for reassigned parts', () => {
    const refuse = { transition: 'refuse', fields: { reason: 'no' } };
    expect(codes(at('requested'), refuse, actor('ann'))).toEqual(['separation']);
    expect(codes(at('requested'), refuse, actor('ann-2'))).toEqual(['separation']);
    expect(codes(at('checking'), { transition: 'check' }, actor('bob'))).toEqual(['separation']);
    const handedOn = { ...at('checking'), parts: { mechanic: ['dee'] } };
    expect(codes(handedOn, { transition: 'check' }, actor('bob'))).toEqual(['separation']);
    expect(codes(at('checking'), { transition: 'check' }, actor('cai'))).toEqual([]);
  });

  it('lists all missing or invalid input', () => {
    const wrong = {
      transition: 'hand-out',
      fields: { mechanic: 'nobody', urgency: 'perhaps', admin: true },
    };
    expect(codes(at('requested'), wrong, actor('cai'))).toEqual([
      'incomplete fields.admin',
      'incomplete fields.mechanic',
      'incomplete fields.urgency',
    ]);
    const noProof = {
      transition: 'report-done',
      fields: { hours: Number.NaN, 'finished-on': 'soon' },
    };
    expect(codes(at('repairing'), noProof, actor('bob'))).toEqual([
      'incomplete fields.hours',
      'incomplete fields.finished-on',
      'incomplete files',
    ]);
  });

  it.each([
    ['of an unfit kind', [{ id: 'f', kind: 'document' as const, used: false }]],
    ['that proved an earlier step', [{ id: 'f', kind: 'photo' as const, used: true }]],
    ['of another record', [{ id: 'f', kind: null, used: false }]],
  ])('takes no evidence %s', (_what, files) => {
    const done = { transition: 'report-done', fields: { hours: 1 }, files };
    expect(codes(at('repairing'), done, actor('bob'))).toContain('incomplete files');
  });
});

/** A random definition over a spine of states that makes most of them valid. */
const randomDefinition = fc
  .record({
    waits: fc.integer({ min: 1, max: 6 }),
    finals: fc.integer({ min: 1, max: 2 }),
    edges: fc.array(
      fc.record({
        from: fc.nat(30),
        to: fc.nat(30),
        assigneesOnly: fc.boolean(),
        notStarter: fc.boolean(),
        notBefore: fc.option(fc.nat(30), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ waits, finals, edges }) => {
    const free = { assigneesOnly: false, notStarter: false, notBefore: undefined };
    const spine = Array.from({ length: waits + finals - 1 }, (_, i) => ({
      ...free,
      from: Math.min(i, waits - 1),
      to: i + 1,
    }));
    const all = [...spine, ...edges];
    return workflowDefinition.parse({
      id: 'random',
      name: { zh: '随机', en: 'Random' },
      subject: 'thing',
      states: Array.from({ length: waits + finals }, (_, i) => ({
        id: `s${i}`,
        name: { zh: `${i}`, en: `${i}` },
        kind: i === 0 ? 'initial' : i >= waits ? 'final' : 'normal',
        assign: i >= waits ? [] : [{ kind: 'part', part: 'starter' }],
      })),
      transitions: all.map((edge, i) => ({
        id: `t${i}`,
        name: { zh: `${i}`, en: `${i}` },
        from: [`s${edge.from % waits}`],
        to: `s${edge.to % (waits + finals)}`,
        permission: 'workflow:read',
        assigneesOnly: edge.assigneesOnly,
        notParts: edge.notStarter ? ['starter'] : [],
        notFiredBy: edge.notBefore === undefined ? [] : [`t${edge.notBefore % all.length}`],
      })),
    });
  });

const attempt = fc.record({
  pick: fc.nat(30),
  who: fc.constantFrom(...people, 'ann-2', null),
  reach: fc.constantFrom(
    'within' as const,
    'within' as const,
    'outside' as const,
    'missing' as const,
  ),
  version: fc.constantFrom(0, 0, 0, 1, -1),
  turn: fc.constantFrom(...people),
});

/** Invariants, independent of the machine's code. */
function walk(
  definition: WorkflowDefinition,
  attempts: (typeof attempt extends fc.Arbitrary<infer A> ? A : never)[],
) {
  const kinds = new Map(definition.states.map(({ id, kind }) => [id, kind]));
  let now = begin(definition, { starter: ['ann'] });
  let moves = 0;
  for (const { pick, who, reach, version, turn } of attempts) {
    const frozen = structuredClone(now);
    const step = definition.transitions[pick % (definition.transitions.length + 1)];
    const id = step?.id ?? 'unknown';
    const request = { transition: id, version: now.version + version, fields: {}, files: [] };
    const who_ = who === null ? null : actor(who, reach);
    const fired = fire(definition, now, request, who_, facts);
    expect(now).toEqual(frozen);
    if (!fired.ok) {
      expect(fired.faults.length).toBeGreaterThan(0);
      continue;
    }
    moves++;
    // Only an allowed step from this state, at the given version, to its target.
    expect(step?.from).toContain(now.state);
    expect(version).toBe(0);
    expect(fired.next.state).toBe(step?.to);
    expect(fired.next.version).toBe(now.version + 1);
    expect(kinds.get(now.state)).not.toBe('final');
    expect(fired.next.closed).toBe(kinds.get(fired.next.state) === 'final');
    // History is append-only.
    expect(fired.next.fired.slice(0, -1)).toEqual(now.fired);
    expect(fired.next.fired.at(-1)).toEqual({ transition: id, by: who });
    if (who !== null && step) {
      expect(reach).toBe('within');
      const human = who.replace('-2', '');
      if (step.notParts.includes('starter')) expect(human).not.toBe('ann');
      for (const done of now.fired) {
        if (step.notFiredBy.includes(done.transition)) {
          expect(done.by?.replace('-2', '')).not.toBe(human);
        }
      }
      if (step.assigneesOnly) expect(now.assignees).toContain(who);
    }
    now = { ...fired.next, assignees: fired.next.closed ? [] : [turn] };
  }
  expect(now.version).toBe(1 + moves);
  expect(now.fired).toHaveLength(moves);
  return now;
}

describe('any sequence of valid and invalid events', () => {
  it('never reaches an illegal state, never loses history, never breaks separation of duties', () => {
    let walked = 0;
    fc.assert(
      fc.property(randomDefinition, fc.array(attempt, { maxLength: 60 }), (one, attempts) => {
        fc.pre(validateWorkflow(one).length === 0);
        walked++;
        walk(one, attempts);
      }),
      { numRuns: 400, maxSkipsPerRun: 50 },
    );
    expect(walked).toBe(400);
  });

  it('holds for the work order too, without fields and evidence', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 80 }), (all) => void walk(definition, all)),
      {
        numRuns: 300,
      },
    );
  });

  it('in a valid definition an end is reachable from every state of a case', () => {
    fc.assert(
      fc.property(randomDefinition, (one) => {
        fc.pre(validateWorkflow(one).length === 0);
        // As the system, without guards: breadth-first search by firing.
        const system = (now: MachineCase) =>
          one.transitions.flatMap(({ id }) => {
            const request = { transition: id, version: now.version, fields: {}, files: [] };
            const fired = fire(one, now, request, null, facts);
            return fired.ok ? [fired.next] : [];
          });
        const seen = new Map<string, MachineCase>();
        const queue = [begin(one, {})];
        for (const now of queue) {
          if (seen.has(now.state)) continue;
          seen.set(now.state, now);
          queue.push(...system(now));
        }
        expect(seen.size).toBe(one.states.length);
        for (const start of seen.values()) {
          const from = [start];
          const been = new Set<string>();
          for (const now of from) {
            if (been.has(now.state)) continue;
            been.add(now.state);
            from.push(...system(now));
          }
          expect(from.some(({ closed }) => closed)).toBe(true);
        }
      }),
      { numRuns: 200, maxSkipsPerRun: 50 },
    );
  });
});

describe('what is possible', () => {
  it('has the same reason for refusal as firing', () => {
    const check = definition.transitions.find(({ id }) => id === 'check')!;
    expect(refusalOf(check, at('checking'), actor('bob'))).toMatchObject({ code: 'separation' });
    expect(refusalOf(check, at('checking'), actor('dee'))).toBeNull();
  });
});
