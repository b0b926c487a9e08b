import type { AccessUnit, StreamFormat } from '../media/types.ts';

/** What a source hands over when its time has come. */
export interface SourceUnit {
  unit: Pick<AccessUnit, 'key' | 'parts'>;
  /** Seconds since the epoch at which the picture is to be shown. */
  at: number;
}

/** Where a mount's pictures come from. */
export interface Source {
  readonly format: StreamFormat;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Seconds after which it begins again. */
  readonly duration: number;
  /** Set by the mount: takes what is sent. */
  deliver: (unit: SourceUnit) => void;
  /** Whether anybody watches; a source may rest while nobody does. */
  setWanted(wanted: boolean): void;
  stop(): Promise<void>;
}
