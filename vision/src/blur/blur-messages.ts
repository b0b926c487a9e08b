import type { BlurredEvidence } from '@anshi/contracts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import type { SeenBox } from './faces.ts';

/** What the process that blurs is given once. */
export interface BlurSetup {
  readonly cards: readonly PpeCard[];
  readonly pose: PoseCard | null;
}

/** One rendition to make, by paths of files. */
export interface BlurFileJob {
  readonly of: BlurredEvidence;
  readonly input: string;
  readonly output: string;
  /** What was drawn in a snapshot; empty for a clip. */
  readonly boxes: readonly SeenBox[];
  /** The recorded observations of a clip; null for none. */
  readonly boxesFile: string | null;
  /** The detector of the camera; another one is taken where it is not loaded. */
  readonly model: string;
}

/** A picture that never was on a disk: I420 as in `Frame`, or an encoded one. */
export type StillSource =
  | { readonly width: number; readonly height: number; readonly pixels: ArrayBuffer }
  | { readonly encoded: Uint8Array };

/** One still to blur, which is answered with its JPEG. */
export interface BlurStillJob {
  readonly of: 'still';
  readonly picture: StillSource;
  /** What was drawn in it; empty where nothing is known. */
  readonly boxes: readonly SeenBox[];
  readonly model: string;
}

export type BlurJob = BlurFileJob | BlurStillJob;

export interface BlurMade {
  readonly heads: number;
  /** Of a still. */
  readonly jpeg?: Uint8Array;
  /** Of the process itself; ffmpeg's are its own. */
  readonly cpuSeconds: number;
}

export type ToBlurProcess =
  | { readonly kind: 'setup'; readonly setup: BlurSetup }
  | { readonly kind: 'job'; readonly id: number; readonly job: BlurJob };

export type BlurAnswer = { readonly id: number } & (
  | { readonly made: BlurMade }
  | { readonly failed: { readonly message: string; readonly code?: string } }
);
