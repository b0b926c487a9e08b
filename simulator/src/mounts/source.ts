import type { AccessUnit, StreamFormat } from '../media/types.ts';

/** One unit of a source at its sending time. */
export interface SourceUnit {
  unit: Pick<AccessUnit, 'key' | 'parts'>;
  /** Presentation time, seconds since the epoch. */
  at: number;
}

/** The source of a mount's pictures. */
export interface Source {
  readonly format: StreamFormat;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Loop duration in seconds. */
  readonly duration: number;
  /** Set by the mount: receives the units. */
  deliver: (unit: SourceUnit) => void;
  /** Whether there are clients; a source may pause without any. */
  setWanted(wanted: boolean): void;
  stop(): Promise<void>;
}
