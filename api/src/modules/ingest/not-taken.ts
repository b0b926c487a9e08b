import type { BusRefusalKind } from '@anshi/contracts';

/** Thrown inside a transaction to take nothing of it: now, or for good. */
export class NotTaken extends Error {
  /** The kind of refusal, where the event may not be of the worker. */
  readonly what: BusRefusalKind | undefined;
  constructor(message: string, what?: BusRefusalKind) {
    super(message);
    this.what = what;
  }
}
/** It may be taken later: the worker sends it again. */
export class NotYet extends NotTaken {}
/** It is never taken: the worker keeps it aside. */
export class Never extends NotTaken {}
