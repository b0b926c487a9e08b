import type { Box } from '@anshi/contracts';

/** Options for one frame. */
export interface DetectOptions {
  /** Name of the model; left out, the pool's first. */
  readonly model?: string;
  /** Maximum number of crops of this frame (default 4). */
  readonly regionBudget?: number;
  /** Maximum number of tensor pixels of all crops (default 250,000); one crop is always allowed. */
  readonly regionPixels?: number;
  /**
   * Boxes in frame pixels of the people to crop, most urgent first; no others. Left out, everyone
   * who is too small in the full pass, in rotation.
   */
  readonly targets?: readonly Box[];
  /**
   * With `targets`: all other known people, and recently rejected candidates. The rest of the crops
   * goes to other candidates below the full pass's threshold. Left out, no candidates are cropped.
   */
  readonly known?: readonly Box[];
  /**
   * Index of the tile to search for distant people, a running counter; `all`: the whole picture.
   * Left out, none.
   */
  readonly search?: number | 'all';
  /**
   * Boxes in frame pixels where the people are expected whose equipment the model's classifier is to judge,
   * most urgent first. Left out, everyone whom the detector trusts, in rotation; without effect where the
   * model has no classifier.
   */
  readonly judged?: readonly Box[];
  /** Maximum number of people whom the classifier judges (default: the card's `perFrame`). */
  readonly judgedBudget?: number;
  /** Counter of this camera's analysed frames, for fairness (default: the frame's number). */
  readonly round?: number;
  /**
   * Nobody is in sight. The thread remembers this picture in `memory` where it finds nobody; where
   * `allowed`, it runs no model on one that is like the remembered picture (see `StillCheck`). Left
   * out, the models run.
   */
  readonly rest?: { readonly memory: SharedArrayBuffer; readonly allowed: boolean } | undefined;
  /** Whether to detect poses, too; without effect where the pool has no pose model. */
  readonly poses?: boolean;
  /**
   * With `poses`: boxes in frame pixels where people are expected, including recently lost ones.
   */
  readonly posesAt?: readonly Box[];
}
