import type {
  CameraConfig,
  ClipMissingReason,
  Observation,
  ViolationBlurred,
  ViolationClip,
  ViolationClipReady,
  ViolationConfirmed,
  ViolationEnded,
  ViolationFollowed,
  ViolationIdentified,
  ViolationIdentity,
} from '@anshi/contracts';
import { violationTraceparent } from '@anshi/contracts/tracing';
import type { ConfirmedVerdict, EndedVerdict, FollowedVerdict } from '../judge/verdict.ts';
import type { Statement } from '../naming/messages.ts';
import { drawnBoxes } from './clip-boxes.ts';

type Snapshot = NonNullable<ViolationConfirmed['data']['snapshot']>;

const instant = (ms: number) => new Date(ms).toISOString();

/** Common fields of all events about a violation, with its trace where tracing is on. */
function envelopeOf(violation: string) {
  const traceparent = violationTraceparent(violation);
  return {
    specversion: '1.0',
    datacontenttype: 'application/json',
    ...(traceparent !== null && { traceparent }),
  } as const;
}

/** The event of a confirmed violation; its id is the violation's own. */
export function confirmedEvent(
  verdict: ConfirmedVerdict,
  context: {
    readonly source: string;
    readonly camera: CameraConfig;
    /** Fencing number of the grant; undefined where there is none. */
    readonly grant?: number | undefined;
    readonly model: { readonly name: string; readonly version: string };
    /** Version of the camera's configuration; null where it is of a file. */
    readonly configuration: number | null;
    /** Who it was by badges; null or left out where none are correlated. */
    readonly identity?: ViolationIdentity | null;
    /** Null where the disk had no room for it. */
    readonly snapshot: Snapshot | null;
  },
): ViolationConfirmed {
  return {
    ...envelopeOf(verdict.violation),
    id: verdict.violation,
    source: context.source,
    type: 'cn.anshi.violation.confirmed.v2',
    time: instant(verdict.confirmedAt),
    subject: context.camera.id,
    data: {
      violation: verdict.violation,
      rule: verdict.rule,
      ruleId: verdict.ruleId,
      severity: verdict.severity,
      camera: context.camera.id,
      site: context.camera.site,
      zone: verdict.zone,
      line: verdict.line,
      direction: verdict.direction,
      startedAt: instant(verdict.startedAt),
      confirmedAt: instant(verdict.confirmedAt),
      confidence: verdict.confidence,
      item: verdict.item,
      subject: verdict.subject,
      actor: verdict.actor,
      tracks: [...verdict.tracks],
      box: verdict.box,
      floor: verdict.floor,
      path: [...verdict.path],
      arming: verdict.arming,
      identity: context.identity ?? null,
      why: { configuration: context.configuration, ...verdict.why },
      ...(context.grant !== undefined && { grant: context.grant }),
      model: { name: context.model.name, version: context.model.version },
      snapshot: context.snapshot,
      snapshotMissing: context.snapshot
        ? null
        : { reason: 'disk-full', message: "no evidence: the worker's disk had no room" },
    },
  };
}

export function endedEvent(
  verdict: EndedVerdict,
  source: string,
  camera: string,
  grant?: number,
): ViolationEnded {
  return {
    ...envelopeOf(verdict.violation),
    id: `${verdict.violation}-ended`,
    source,
    type: 'cn.anshi.violation.ended.v1',
    time: instant(verdict.endedAt),
    subject: camera,
    data: {
      violation: verdict.violation,
      endedAt: instant(verdict.endedAt),
      ...(grant !== undefined && { grant }),
    },
  };
}

/** Where the actor went after the violation; told once. */
export function followedEvent(
  { violation, path }: FollowedVerdict,
  source: string,
  camera: string,
  grant?: number,
): ViolationFollowed {
  return {
    ...envelopeOf(violation),
    id: `${violation}-followed`,
    source,
    type: 'cn.anshi.violation.followed.v1',
    time: path.at(-1)!.at,
    subject: camera,
    data: { violation, path: [...path], ...(grant !== undefined && { grant }) },
  };
}

/** What became known of the actor later; a number is told once. */
export function identifiedEvent(
  { violation, number, at, identity }: Statement,
  source: string,
  camera: string,
  grant?: number,
): ViolationIdentified {
  return {
    ...envelopeOf(violation),
    id: `${violation}-identified-${number}`,
    source,
    type: 'cn.anshi.violation.identified.v1',
    time: instant(at),
    subject: camera,
    data: {
      violation,
      number,
      at: instant(at),
      identity,
      ...(grant !== undefined && { grant }),
    },
  };
}

/** One for a violation: sent again, it changes nothing. */
export const clipEventId = (violation: string): string => `${violation}-clip`;

export function clipEvent(
  violation: string,
  result: { clip: ViolationClip } | { missing: { reason: ClipMissingReason; message: string } },
  source: string,
  camera: string,
): ViolationClipReady {
  return {
    ...envelopeOf(violation),
    id: clipEventId(violation),
    source,
    type: 'cn.anshi.violation.clip-ready.v1',
    time: instant(Date.now()),
    subject: camera,
    data:
      'clip' in result
        ? { violation, clip: result.clip, missing: null }
        : { violation, clip: null, missing: result.missing },
  };
}

export function blurredEvent(
  data: ViolationBlurred['data'],
  source: string,
  camera: string,
): ViolationBlurred {
  return {
    ...envelopeOf(data.violation),
    id: `${data.violation}-blurred-${data.of}`,
    source,
    type: 'cn.anshi.violation.blurred.v1',
    time: instant(Date.now()),
    subject: camera,
    data,
  };
}

/**
 * Scales the boxes of an observation to the pixels of a snapshot that differs in size from the
 * camera's `picture`.
 */
export function snapshotBoxes(
  observation: Observation,
  size: { readonly width: number; readonly height: number },
): Snapshot['boxes'] {
  const x = size.width / observation.width;
  const y = size.height / observation.height;
  return drawnBoxes(observation).map(({ label, box, score }) => ({
    label,
    score,
    box: [box[0] * x, box[1] * y, box[2] * x, box[3] * y],
  }));
}
