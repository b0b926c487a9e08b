import type { CameraConfig, MachineSeen, TrackedPerson } from '@anshi/contracts';
import type { Sighting } from './evidence.ts';
import { lookAtHands } from './hands.ts';
import { isArmed } from './machines.ts';
import { lookAtPace, PACE } from './pace.ts';
import { lookAtPhone } from './phone.ts';
import { insidePolygon } from './polygon.ts';
import { DOWN } from './posture.ts';
import type { Actor } from './state.ts';
import type { Watch } from './watches.ts';

/** What a rule is shown. */
export interface Sight {
  readonly person: TrackedPerson;
  readonly actor: Actor;
  readonly zones: CameraConfig['zones'];
  readonly machines: readonly MachineSeen[];
  /** An episode of this rule and person is open. */
  readonly isOpen: boolean;
}

/** What one look at one person says of a rule that weighs evidence. */
export function sightingOf(watch: Watch, sight: Sight): Sighting {
  const { rule } = watch;
  const { person, actor, zones } = sight;
  if (!isArmed(rule, sight.machines)) return 'gone';
  const isInside = !('zone' in rule) || rule.zone === undefined || isIn(rule.zone, sight);
  switch (rule.kind) {
    case 'missing-ppe':
      return equipmentSighting(watch, person, isInside, sight.isOpen);
    case 'zone-intrusion':
      return isInside ? 'holds' : 'gone';
    case 'person-down':
      // Whoever rolls out of a zone, or lies across its edge, is still down.
      return isInside || sight.isOpen ? (actor.body?.sight ?? 'unknown') : 'gone';
    case 'hand-in-danger': {
      const zone = zones.find(({ id }) => id === rule.zone);
      return zone ? lookAtHands(person.pose, person.box, zone.polygon) : 'unknown';
    }
    case 'running':
      if (!isInside) return 'gone';
      return actor.pace ? lookAtPace(actor.pace, person, rule.speed ?? PACE.speed) : 'unknown';
    case 'phone-use':
      return isInside ? lookAtPhone(person.pose) : 'gone';
    default:
      return 'unknown';
  }
}

/**
 * Decided time for which the evidence must hold before a record, ms. Whoever fell before the lens is
 * recorded sooner than whoever is found lying: that may be a rest, or work on the floor.
 */
export function confirmTime({ rule, confirm }: Watch, { body }: Actor): number {
  if (rule.kind !== 'person-down' || body?.fell) return confirm;
  return Math.max(confirm, 1000 * DOWN.foundLyingSeconds);
}

function equipmentSighting(
  { violation }: Watch,
  person: TrackedPerson,
  isInside: boolean,
  isOpen: boolean,
): Sighting {
  const worn = violation === 'missing-helmet' ? person.helmet : person.vest;
  // Outside of the zone nothing is asked for, so that a bare head is no evidence there; that it was
  // seen covered is evidence of who this is.
  if (!isInside) return isOpen || worn === 'worn' ? 'gone' : 'unknown';
  return worn === 'missing' ? 'holds' : worn === 'worn' ? 'gone' : 'unknown';
}

/** By the foot point; whoever lies is also where the middle of the body is. */
function isIn(zone: string, { person, actor, zones }: Sight): boolean {
  if (person.zones.includes(zone)) return true;
  if (actor.body?.sight !== 'holds') return false;
  const polygon = zones.find(({ id }) => id === zone)?.polygon;
  const [left, top, right, bottom] = person.box;
  return polygon !== undefined && insidePolygon([(left + right) / 2, (top + bottom) / 2], polygon);
}
