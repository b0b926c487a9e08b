import { type PositionFix, type PositionsStateContent, topics } from '@anshi/contracts';
import { textSignature } from '@anshi/contracts/bus-signature';

/** What the API publishes of the positions on one floor plan, for one worker. */
export interface PublishedPositions {
  readonly topic: string;
  readonly payload: string;
}

export interface PositionsPublisher {
  readonly tenant: string;
  readonly worker: string;
  readonly key: string;
  readonly floorPlan: string;
}

const notice = (
  { worker, key }: PositionsPublisher,
  topic: string,
  value: object,
): PublishedPositions => {
  const content = JSON.stringify(value);
  const signatures = { [worker]: textSignature(key, topic, content) };
  return { topic, payload: JSON.stringify({ content, signatures }) };
};

/** The retained state; `at` in ms. */
export function stateOf(
  publisher: PositionsPublisher,
  at: number,
  change: Partial<PositionsStateContent> = {},
): PublishedPositions {
  const { tenant, floorPlan } = publisher;
  return notice(publisher, topics.positionsState(tenant, floorPlan), {
    floorPlan,
    day: '2026-11-28',
    withdrawn: [],
    suspect: [],
    unseenBadge: 0.3,
    noBadge: 0.1,
    at: new Date(at).toISOString(),
    validUntil: new Date(at + 30_000).toISOString(),
    ...change,
  });
}

/** Fixes, told at a time in ms. */
export function fixesAt(
  publisher: PositionsPublisher,
  at: number,
  fixes: readonly PositionFix[],
): PublishedPositions {
  const { tenant, floorPlan } = publisher;
  return notice(publisher, topics.positions(tenant, floorPlan), {
    floorPlan,
    at: new Date(at).toISOString(),
    fixes,
  });
}

/** A fix of a badge at a place, taken and heard of at a time in ms. */
export function fixAt(handle: string, at: number, [x, y]: readonly [number, number]): PositionFix {
  const instant = new Date(at).toISOString();
  return {
    handle,
    reader: 'uwb',
    at: instant,
    arrivedAt: instant,
    position: [x, y],
    accuracy: 0.5,
    isZone: false,
  };
}
