import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandEvent,
  type CommandState,
  commandEvents,
  mayHaveActed,
  nextState,
} from './states.ts';

/** What the sender and people do with a command, one event after another. */
function run(begin: CommandState, events: readonly CommandEvent[]) {
  let state = begin;
  let wasSent = false;
  const passed: CommandState[] = [state];
  const taken: CommandEvent[] = [];
  for (const event of events) {
    const next = nextState(state, event, wasSent);
    if (next === null) continue;
    if (event === 'sent') wasSent = true;
    state = next;
    passed.push(next);
    taken.push(event);
  }
  return { state, wasSent, passed, taken };
}
const events = fc.array(fc.constantFrom(...commandEvents), { maxLength: 12 });

describe('the states of a command', () => {
  it('lead from the request to what the device says', () => {
    expect(run('requested', ['sent', 'accepted', 'done']).state).toBe('done');
    expect(run('awaiting-approval', ['approved', 'sent', 'done']).state).toBe('done');
    expect(run('awaiting-approval', ['declined']).state).toBe('refused');
    // The answer that it is accepted was lost, and that it is done comes after its time.
    expect(run('requested', ['sent', 'sent', 'expired', 'done']).state).toBe('done');
  });

  it('send nothing before the second person, and nothing that is over', () => {
    fc.assert(
      fc.property(events, (given) => {
        const { taken } = run('awaiting-approval', given);
        const sent = taken.indexOf('sent');
        if (sent >= 0) expect(taken.slice(0, sent)).toContain('approved');
        const over = taken.findIndex((one) => one === 'expired' || one === 'declined');
        if (over >= 0) expect(taken.slice(over)).not.toContain('sent');
      }),
    );
  });

  it('do not change once they have ended, but for an answer that comes late', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CommandState>('requested', 'awaiting-approval'),
        events,
        events,
        (begin, before, after) => {
          const first = run(begin, before);
          const whole = run(begin, [...before, ...after]);
          if (['done', 'refused', 'failed'].includes(first.state)) {
            expect(whole.state).toBe(first.state);
          }
          // What never left has no answer.
          if (!whole.wasSent) expect(['done', 'accepted']).not.toContain(whole.state);
          if (whole.state === 'done') expect(mayHaveActed('done', whole.wasSent)).toBe(true);
        },
      ),
    );
  });

  it('are the same however often an answer comes', () => {
    fc.assert(
      fc.property(events, (given) => {
        const once = run('requested', given).state;
        const repeated = given.flatMap((one) =>
          ['accepted', 'done', 'refused', 'failed'].includes(one) ? [one, one, one] : [one],
        );
        expect(run('requested', repeated).state).toBe(once);
      }),
    );
  });
});
