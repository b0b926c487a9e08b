import type { CameraConfig, Observation } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { StillBlur } from './blur/still-blur.ts';
import type { FfmpegTool } from './capture/ffmpeg-tool.ts';
import type { FrameScheduler } from './detect/frame-scheduler.ts';
import type { PoseCard, PpeCard } from './detect/model-card.ts';
import type { MachineReports } from './judge/machines.ts';
import type { SubstreamSlots } from './live/substream/substream-slots.ts';
import type { Naming } from './naming/naming.ts';
import type { ArmingStates } from './publish/arming-states.ts';
import type { CameraLog } from './record/observation-log.ts';
import type { Recorder } from './record/recorder.ts';
import type { Ring } from './record/ring.ts';
import type { Room } from './record/room.ts';

/** What a watched camera is made of. */
export interface WatchedCameraOptions {
  readonly config: CameraConfig;
  readonly card: PpeCard;
  /** The pose model, or why there is none. */
  readonly pose: PoseCard | string;
  /** Open episodes of an earlier run. */
  readonly state: unknown;
  readonly worker: string;
  readonly ring: Ring;
  readonly room: Room;
  readonly ringSeconds: number;
  readonly stallSeconds: number;
  /** How many substreams are pulled at a time, shared by all cameras. */
  readonly substreams: SubstreamSlots;
  /** What the address may name. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Base folder of relative file addresses. */
  readonly baseFolder: string;
  readonly ffmpeg: FfmpegTool;
  readonly recorder: Recorder;
  readonly scheduler: FrameScheduler;
  /** The last word on each machine of the tenant. */
  readonly machines: MachineReports;
  /** What the API says of the arming of zones. */
  readonly arming: Pick<ArmingStates, 'of'>;
  /** Compares the people of its frames with the positions of badges. */
  readonly naming: Pick<Naming, 'frame'>;
  /** Blurs the stills that people see. */
  readonly blur: Pick<StillBlur, 'make'>;
  readonly log: Logger;
  /** Where its observations are recorded for replays. */
  readonly recorded: Pick<CameraLog, 'configured' | 'frame'>;
  /** Version of its configuration in the database; null where it is of a file. */
  readonly version: () => number | null;
  readonly onObservation: (observation: Observation) => void;
  readonly onRingGrew: (camera: string) => void;
  readonly onChange: (camera: string) => void;
}
