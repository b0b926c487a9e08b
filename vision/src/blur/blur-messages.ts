import type { BlurredEvidence } from '@anshi/contracts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import type { SeenBox } from './faces.ts';

/** What the process that blurs is given once. */
export interface BlurSetup {
  readonly cards: readonly PpeCard[];
  readonly pose: PoseCard | null;
}

/** One rendition to make, by paths of files. */
export interface BlurJob {
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

export interface BlurMade {
  readonly heads: number;
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
