import { readFileSync } from 'node:fs';

/*
 * Loaded before a process under test (`--import`): its wall clock is ahead of the real one by as many
 * milliseconds as the file that STEPPED_CLOCK names says. A SIGUSR2 has it read again: then the clock
 * steps, as after a correction by hand. Timers and the monotonic clock go on, as they do then.
 */

const Real = Date;
let ahead = 0;

class SteppedDate extends Real {
  constructor(...given: [] | ConstructorParameters<DateConstructor>) {
    if (given.length === 0) super(Real.now() + ahead);
    else super(...(given as [number]));
  }
  static override now(): number {
    return Real.now() + ahead;
  }
}
globalThis.Date = SteppedDate as DateConstructor;

process.on('SIGUSR2', () => {
  ahead = Number(readFileSync(process.env.STEPPED_CLOCK ?? '', 'utf8'));
  process.send?.({ clockAhead: ahead });
});
