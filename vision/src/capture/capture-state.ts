import type { WhichAddress } from './address-choice.ts';
import type { CameraFault } from './faults.ts';
import type { InputVideo } from './stderr-lines.ts';

export interface CaptureState {
  readonly state: 'connecting' | 'live' | 'fault';
  readonly fault: FaultSince | null;
  readonly video: InputVideo | null;
  /** Exposure of the last picture, ms since the epoch, by the clock of the stream. */
  readonly lastFrameAt: number | null;
  /** Its arrival, ms since the epoch. */
  readonly lastArrivalAt: number | null;
  /** ffmpeg's messages before the last fault. */
  readonly log: readonly string[];
  /** Of a camera with two addresses; null for one. */
  readonly address: AddressState | null;
}

export type FaultSince = CameraFault & { readonly since: number };

export interface AddressState {
  readonly inUse: WhichAddress;
  /** Why the first gives no picture while the second is in use; null where it does. */
  readonly lost: FaultSince | null;
}

/**
 * @param before null for a camera with one address.
 * @param inUse the address of the next run, or of the one whose pictures came.
 * @param fault why the run over the address of before ended; null where pictures come.
 */
export function addressAfter(
  before: AddressState | null,
  inUse: WhichAddress,
  fault: FaultSince | null,
): AddressState | null {
  if (!before) return null;
  // Over the first again, it is lost until its pictures come.
  const isBack = fault === null && inUse === 'first';
  const isLost = inUse === 'second' && before.inUse === 'first';
  return { inUse, lost: isBack ? null : (before.lost ?? (isLost ? fault : null)) };
}
