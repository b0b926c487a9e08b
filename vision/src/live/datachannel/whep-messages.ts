import type { WhepOptions } from '../live-engine.ts';

/** Where viewers reach the engine, for the process. */
export type WhepSetup = Omit<WhepOptions, 'log'>;

/** The first message to the process. */
export interface WhepStart {
  readonly setup: WhepSetup;
  /** Of the process alone. */
  readonly folder: string;
}

/** What the thread is asked that starts the process; `stop` waits for its end. */
export type StarterCall =
  | { readonly kind: 'start'; readonly setup: WhepSetup }
  | { readonly kind: 'stop' };

export interface StarterAnswer {
  /** Where the process listens. */
  readonly path: string;
  readonly pid: number;
}

/** From the worker to the process. */
export type ToWhepProcess =
  /** `feed` numbers the packets of the camera. */
  | {
      readonly kind: 'open';
      readonly camera: string;
      readonly feed: number;
      readonly session: string;
      readonly offer: string;
    }
  | { readonly kind: 'end'; readonly session: string };

/** From the process to the worker. */
export type FromWhepProcess =
  | { readonly kind: 'opened'; readonly session: string; readonly answer: string }
  /** `status` is null where the engine failed for another reason than the offer. */
  | {
      readonly kind: 'refused';
      readonly session: string;
      readonly status: number | null;
      readonly message: string;
    }
  | { readonly kind: 'connected'; readonly session: string }
  /** The viewer is gone, or never came. */
  | { readonly kind: 'ended'; readonly session: string };
