import type { Box } from '@anshi/contracts';

/** How one frame is to be looked at. */
export interface DetectOptions {
  /** Name of the model; left out, the pool's first. */
  readonly model?: string;
  /** How many close looks the frame gets at most (default 4). */
  readonly regionBudget?: number;
  /** How many pixels of the model's tensors they may take together (default 250,000); one look always may. */
  readonly regionPixels?: number;
  /**
   * Boxes in frame pixels of the people whose close look is due, most urgent first; nobody else
   * gets one. Left out, everyone who is too small gets one in turn.
   */
  readonly lookAt?: readonly Box[];
  /**
   * With `lookAt`: whoever else is known, or was looked at lately for nothing. What is left of the
   * looks goes to others, in whom the full pass believes too little. Left out, nobody else is looked at.
   */
  readonly known?: readonly Box[];
  /**
   * Which tile of the picture to search for people who are too far away for the full pass, counted
   * on and on; `all`: the whole picture. Left out, none is.
   */
  readonly search?: number | 'all';
  /** Counts the frames of this camera that are looked at, for fairness (default: the frame's number). */
  readonly turn?: number;
  /** Whether to look for poses, too; without effect where the pool has no pose model. */
  readonly poses?: boolean;
  /** With `poses`: boxes in frame pixels where people are expected, those lost a moment ago too. */
  readonly posesAt?: readonly Box[];
}
