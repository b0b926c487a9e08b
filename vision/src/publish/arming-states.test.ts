import {
  type ArmingContent,
  type ArmingState,
  armingPlace,
  type CameraConfig,
  topics,
} from '@anshi/contracts';
import { textSignature } from '@anshi/contracts/bus-signature';
import { describe, expect, it } from 'vitest';
import { isArmed } from '../judge/arming.ts';
import { CAMERA, every, run, START } from '../judge/scenes.ts';
import { ArmingStates } from './arming-states.ts';

const KEY = 'a'.repeat(64);
const TOPIC = topics.arming('demo', armingPlace('gate', 'hall'));
const PERMIT = '01KAVDEMZ00000000000000001';
const armed = { by: 'permit', while: 'none' } as const;
const camera: CameraConfig = {
  ...CAMERA,
  zones: CAMERA.zones.map((zone) => ({ ...zone, area: 'hall', armed })),
  rules: CAMERA.rules.filter(({ id }) => id === 'keep-out'),
};
const rule = camera.rules[0]!;

/** A worker with clocks that a test moves, and the messages of an API. */
function world() {
  const clock = { now: START, monotonic: 1_000 };
  const logged: string[] = [];
  const states = new ArmingStates({
    tenant: 'demo',
    worker: 'w',
    key: KEY,
    log: { warn: (about: object) => logged.push((about as { why: string }).why) } as never,
    now: () => clock.now,
    monotonic: () => clock.monotonic,
  });
  const content = (more: Partial<ArmingContent> = {}, state: Partial<ArmingState> = {}) =>
    JSON.stringify({
      camera: 'gate',
      zone: 'hall',
      states: [
        {
          rule: null,
          by: 'permit',
          armed: false,
          cause: 'permit-active',
          permit: PERMIT,
          since: null,
          until: null,
          ...state,
        },
      ],
      at: new Date(clock.now).toISOString(),
      validUntil: new Date(clock.now + 60_000).toISOString(),
      ...more,
    } satisfies ArmingContent);
  const sign = (text: string, { topic = TOPIC, key = KEY, worker = 'w' } = {}) =>
    Buffer.from(
      JSON.stringify({ content: text, signatures: { [worker]: textSignature(key, topic, text) } }),
    );
  const pass = (ms: number) => {
    clock.now += ms;
    clock.monotonic += ms;
  };
  const seen = () => states.of(camera)[0]!;
  const isOn = () => isArmed(rule, { zones: camera.zones, machines: [], arming: [seen()] });
  return { clock, logged, states, content, sign, pass, seen, isOn };
}

describe('what a worker knows of the arming of a zone', () => {
  it('is what the API signed for it, until its time is over', () => {
    const { states, content, sign, pass, seen, isOn } = world();
    expect(seen()).toMatchObject({ state: 'unknown', zone: 'hall', by: 'permit', at: null });
    expect(isOn()).toBe(true);
    states.take(TOPIC, sign(content()));
    expect(seen()).toMatchObject({ state: 'disarmed', cause: 'permit-active', permit: PERMIT });
    expect(isOn()).toBe(false);
    pass(59_999);
    expect(isOn()).toBe(false);
    // The API is away.
    pass(1);
    expect(seen()).toMatchObject({ state: 'expired' });
    expect(isOn()).toBe(true);
    states.take(TOPIC, sign(content()));
    expect(isOn()).toBe(false);
    states.take(TOPIC, Buffer.alloc(0));
    expect(seen().state).toBe('unknown');
  });

  it('disarms nothing where it is forged, of another zone, tenant or worker, or damaged', () => {
    const { states, content, sign, isOn, logged } = world();
    const good = content();
    const other = topics.arming('other', armingPlace('gate', 'hall'));
    const elsewhere = topics.arming('demo', armingPlace('gate', 'yard'));
    const forged: [topic: string, payload: Buffer][] = [
      [TOPIC, sign(good, { key: 'b'.repeat(64) })],
      // Of a worker that was taken over: it has its own key only.
      [TOPIC, sign(good, { worker: 'another' })],
      [TOPIC, sign(good, { topic: elsewhere })],
      [TOPIC, sign(content({ zone: 'yard' }))],
      [
        TOPIC,
        Buffer.from(
          sign(content({}, { armed: true }))
            .toString()
            .replace('true', 'false'),
        ),
      ],
      [other, sign(good, { topic: other })],
      [TOPIC, Buffer.from('{"content":')],
      [TOPIC, Buffer.from(JSON.stringify({ content: good, signatures: {} }))],
    ];
    for (const [topic, payload] of forged) {
      states.take(topic, payload);
      expect(isOn()).toBe(true);
    }
    expect(states.refused).toBe(forged.length);
    expect(logged.length).toBeGreaterThan(0);
  });

  it('is not taken back by an older message, nor by one of the future', () => {
    const { clock, states, content, sign, pass, isOn } = world();
    const old = sign(content());
    states.take(TOPIC, old);
    pass(10_000);
    states.take(TOPIC, sign(content({}, { armed: true, cause: 'permit-suspended' })));
    expect(isOn()).toBe(true);
    states.take(TOPIC, old);
    expect(isOn()).toBe(true);
    // One of the year 2099 would keep out all that follow.
    const ahead = (ms: number) => ({
      at: new Date(clock.now + ms).toISOString(),
      validUntil: new Date(clock.now + ms + 60_000).toISOString(),
    });
    states.take(TOPIC, sign(content(ahead(3_600_000))));
    expect(isOn()).toBe(true);
    pass(1_000);
    states.take(TOPIC, sign(content()));
    expect(isOn()).toBe(false);
  });

  it('that is replayed after a restart is over by its own word', () => {
    const before = world();
    const old = before.sign(before.content());
    const after = world();
    after.pass(61_000);
    after.states.take(TOPIC, old);
    expect(after.seen().state).toBe('expired');
    expect(after.isOn()).toBe(true);
  });

  it('stays disarmed by no clock: set back, set forward, or behind, each time it arms within a minute', () => {
    // Set back by an hour while the API is away.
    const back = world();
    back.states.take(TOPIC, back.sign(back.content()));
    back.clock.now -= 3_600_000;
    expect(back.isOn()).toBe(true);
    // Set back by seconds, again and again: the time that no clock changes goes on.
    const creeping = world();
    creeping.states.take(TOPIC, creeping.sign(creeping.content()));
    for (let second = 0; second < 60; second++) {
      creeping.clock.monotonic += 1_000;
      // The retained message comes again with each connection, and counts no longer for it.
      creeping.states.take(
        TOPIC,
        creeping.sign(creeping.content({ at: new Date(START).toISOString() })),
      );
    }
    expect(creeping.isOn()).toBe(true);
    // Set forward: over at once, and taken again when the API says it.
    const forward = world();
    forward.states.take(TOPIC, forward.sign(forward.content()));
    forward.clock.now += 3_600_000;
    expect(forward.isOn()).toBe(true);
  });

  it('knows the end of a permit by itself, and says that it ended', () => {
    const { states, clock, content, sign, pass, seen, isOn } = world();
    const until = new Date(clock.now + 20_000).toISOString();
    states.take(TOPIC, sign(content({ validUntil: until }, { until })));
    expect(isOn()).toBe(false);
    pass(20_000);
    expect(seen()).toMatchObject({
      state: 'armed',
      cause: 'permit-ended',
      permit: PERMIT,
      since: until,
    });
    expect(isOn()).toBe(true);
  });

  it('says nothing of a rule that says itself when it is armed, nor of another condition', () => {
    const { states, content, sign } = world();
    states.take(TOPIC, sign(content()));
    const own: CameraConfig = {
      ...camera,
      rules: [{ ...rule, armed: { by: 'shift', from: '22:00', to: '06:00' } }],
    };
    expect(states.of(own)).toMatchObject([
      { rule: null, state: 'disarmed' },
      { rule: 'keep-out', by: 'shift', state: 'unknown' },
    ]);
    expect(isArmed(own.rules[0]!, { zones: own.zones, machines: [], arming: states.of(own) })).toBe(
      true,
    );
  });
});

describe('a permit that ends with people inside', () => {
  it('arms the rule at its end, and the finding says that the permit ended', () => {
    const { states, clock, content, sign, seen } = world();
    const until = new Date(START + 10_000).toISOString();
    states.take(TOPIC, sign(content({ validUntil: until }, { until })));
    const inside = every(0, 16_000, () => [{ foot: [200, 400] }]).map((one) => {
      clock.now = Date.parse(one.at);
      return { ...one, arming: [seen()] };
    });
    const { confirmed } = run(inside, camera);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      ruleId: 'keep-out',
      arming: {
        by: 'permit',
        seen: { state: 'armed', cause: 'permit-ended', permit: PERMIT, since: until },
      },
    });
    // The confirm time counts from the end of the permit, not from the beginning of the work.
    expect(confirmed[0]!.startedAt).toBeGreaterThanOrEqual(START + 9_800);
    expect(confirmed[0]!.confirmedAt).toBeLessThan(START + 12_000);
  });

  it('records nobody while it holds, and a rule on a line nothing either', () => {
    const quiet = [
      { ...camera.rules[0]! },
      { ...CAMERA.rules[2]!, armed: { ...armed, area: 'hall' } },
    ];
    const { states, content, sign } = world();
    const config = { ...camera, rules: quiet };
    states.take(TOPIC, sign(content()));
    const line = topics.arming('demo', armingPlace('gate', 'fence'));
    const text = content({ zone: 'fence' }, { rule: 'over' });
    states.take(line, sign(text, { topic: line }));
    const walk = every(0, 8_000, (ms) => [{ foot: [400 + ms / 40, 300] }]).map((one) => ({
      ...one,
      arming: states.of(config),
    }));
    expect(run(walk, config).confirmed).toEqual([]);
    const without = walk.map(({ arming: _, ...one }) => one);
    const recorded = run(without, config).confirmed;
    expect(recorded.map(({ ruleId }) => ruleId).sort()).toEqual(['keep-out', 'over']);
    expect(recorded[0]).toMatchObject({ arming: { seen: { state: 'unknown' } } });
  });
});
