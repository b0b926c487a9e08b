/** The product's targets, and the default targets of a bench. */
export const TARGETS = {
  /** Cameras on two cores, with people in the picture and with an empty scene. */
  busyCameras: 8,
  emptyCameras: 20,
  /** From the event in the picture to the committed row, milliseconds. */
  latencyP95Ms: 500,
  /** From the frame to its observation at a reader of the API, milliseconds. */
  observationP95Ms: 300,
  /** From the confirmed violation to the write at the device, milliseconds; alarms that are lost or come twice. */
  alarmP95Ms: 300,
  alarmsLost: 0,
  alarmsDoubled: 0,
  /** From room on a disk that was full until everything works again, seconds. */
  diskRecoverySeconds: 30,
  /**
   * Killed processes: violations and episodes that are lost or doubled, and the time until all is well,
   * seconds.
   */
  faultsLost: 0,
  faultsDoubled: 0,
  faultRecoverySeconds: 60,
  /** From a delay or an interruption until it is noticed, seconds. */
  noticedSeconds: 15,
  /** Growth of a process that is proved: the lower end of its 95 % interval is above this. */
  memoryMibPerHour: 10,
  /** Forged messages that are delivered or recorded, and events of a worker that are lost, with attackers on the bus. */
  forgedAccepted: 0,
  eventsLostUnderAttack: 0,
  /** Messages a second with signatures, over those without. */
  signedThroughput: 0.8,
  /** Faults of a camera's picture that are found, and reports without one. */
  tamperFound: 0.95,
  tamperFalse: 0,
  /** Falls on clips that are found, a share; from the begin of the fall to the record, the median in seconds; alarms on daily life. */
  fallsFound: 0.8,
  fallDelaySeconds: 4,
  fallAlarms: 0,
  /** Decisions a minute of a reviewer by keys, and from the key to the next picture, milliseconds. */
  decisionsPerMinute: 60,
  nextPictureP95Ms: 150,
  /** Cohen's kappa of verdicts at that pace and the labels in the pictures: each is given on the picture of its own record. */
  labelAgreement: 1,
  /** An alarm on wall, desk and phone: from the report to the last of them, and between the first and the last, milliseconds. */
  screenAlarmP95Ms: 1000,
  screenSpreadMs: 300,
  /** From the click to a page that can be used: an incident, a safety file of 10,000 events, milliseconds. */
  pageUsableP95Ms: 1000,
  /** Records of people who agreed and wear a badge that are named within 10 s, a share. */
  namedInTime: 0.85,
  /** List, search and safety file of a company of 100,000 people, milliseconds. */
  personnelP95Ms: 250,
  /**
   * Who may do what, milliseconds: the decision alone; the service about one person, with facts and kept decision, as a gate
   * is allowed for a start; all of 10,000 candidates ranked, which a planner asks for by a press and waits for, from 60,000 rows;
   * and a question about one person that is asked meanwhile.
   */
  matchP95Ms: 5,
  matchServiceP95Ms: 50,
  matchRankedP95Ms: 2000,
  matchBesideP95Ms: 250,
  /** Live views: from the event to the screen, by MPEG-1, to the first frame, and until pictures are back after a fault, milliseconds. */
  glassToGlassP95Ms: 300,
  mpeg1P95Ms: 1000,
  firstFrameP95Ms: 1000,
  liveRecoveryMs: 6000,
  /** By so much viewers may raise the share of frames that the analysis leaves out. */
  liveDroppedRise: 0.01,
  /**
   * The camera wall: frames a second of a live tile, stills a second of one at rest, tasks of the page above 50 ms, growth of its heap as a share, from the event
   * to the screen with boxes in milliseconds, how far boxes are beside people in frames, and labels that cover a label or a head.
   */
  wallTileFps: 10,
  wallStillsPerSecond: 0.8,
  wallLongTasks: 0,
  wallHeapGrowth: 0.05,
  wallGlassP95Ms: 700,
  boxSkewFrames: 1,
  coveredLabels: 0,
} as const;

/** An invalid `--target`. */
export class TargetError extends Error {}

/**
 * The target of a run: `--target`, else the product's own.
 *
 * @param asked the text of `--target`.
 * @throws TargetError where it is not a number above 0.
 */
export function targetOf(asked: string | undefined, own: number): number {
  if (asked === undefined) return own;
  const target = Number(asked);
  if (!(target > 0)) throw new TargetError(`--target ${asked}: it must be a number above 0`);
  return target;
}

/** Whether the search for the highest number of cameras met its target. */
export function camerasHold(held: number, target: number): boolean {
  return held >= target;
}

/**
 * Whether the latency targets are met: enough violations were measured, and their 95th percentile and that of
 * the observations are within the targets. A run without violations or observations proves nothing.
 */
export function latencyHolds(run: {
  readonly measured: number;
  readonly wanted: number;
  readonly p95Ms: number;
  readonly targetMs: number;
  /** 0 where there was no observation. */
  readonly observationP95Ms: number;
}): boolean {
  const { measured, wanted, p95Ms, targetMs, observationP95Ms } = run;
  const areInTime = observationP95Ms > 0 && observationP95Ms <= TARGETS.observationP95Ms;
  return measured > 0 && measured >= wanted && p95Ms <= targetMs && areInTime;
}
