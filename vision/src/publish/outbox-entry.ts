import { receivedViolationEvent, slug, type ViolationEvent } from '@anshi/contracts';
import { z } from 'zod';
import { withoutBadges } from '../naming/actor-identity.ts';

/** Open episodes of a camera after the frame whose events stand beside it. */
export const cameraState = z.object({
  camera: slug,
  /** Counts the states of this camera; the highest one is the newest. */
  sequence: z.number().int().positive(),
  state: z.record(z.string(), z.unknown()),
});
export type SavedCameraState = z.infer<typeof cameraState>;

/** What one file of the outbox holds: the events of one moment, committed together or not at all. */
export const outboxEntry = z.object({
  version: z.literal(1),
  /** Those that an earlier version left here become events of today’s contract. */
  events: z.array(receivedViolationEvent).min(1),
  state: cameraState.nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

/** The digests of the evidence that an event names. */
export function evidenceOf(event: ViolationEvent): { sha256: string; mediaType: string }[] {
  switch (event.type) {
    case 'cn.anshi.violation.confirmed.v2':
      return event.data.snapshot ? [event.data.snapshot] : [];
    case 'cn.anshi.violation.ended.v1':
    case 'cn.anshi.violation.identified.v1':
    case 'cn.anshi.violation.followed.v1':
      return [];
    case 'cn.anshi.violation.clip-ready.v1': {
      const { clip } = event.data;
      return clip ? [clip.video, ...(clip.boxes ? [clip.boxes] : [])] : [];
    }
    case 'cn.anshi.violation.blurred.v1':
      return [event.data.file];
  }
}

/** An event without the badges that it names, such as may no longer be used. */
export function withoutHandles(
  event: ViolationEvent,
  isMeant: (handle: string) => boolean = () => true,
): ViolationEvent {
  if (event.type === 'cn.anshi.violation.confirmed.v2') {
    const { identity } = event.data;
    const left = identity && withoutBadges(identity, isMeant);
    return left === identity ? event : { ...event, data: { ...event.data, identity: left } };
  }
  if (event.type !== 'cn.anshi.violation.identified.v1') return event;
  const left = withoutBadges(event.data.identity, isMeant);
  return left === event.data.identity
    ? event
    : { ...event, data: { ...event.data, identity: left } };
}
