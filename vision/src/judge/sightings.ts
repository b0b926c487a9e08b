import type { TrackedPerson } from '@anshi/contracts';
import { type ArmingFacts, isArmed } from './arming.ts';
import type { Sighting } from './evidence.ts';
import { judgeHands } from './hands.ts';
import { judgePace, PACE } from './pace.ts';
import { judgePhone } from './phone.ts';
import { insidePolygon } from './polygon.ts';
import { DOWN } from './posture.ts';
import type { Actor } from './state.ts';
import type { Watch } from './watches.ts';

/** The input of a rule. */
export interface Sight extends ArmingFacts {
  readonly person: TrackedPerson;
  readonly actor: Actor;
  /** An episode of this rule and person is open. */
  readonly isOpen: boolean;
}

/** The result of one evidence-based rule for one person in one frame. */
export function sightingOf(watch: Watch, sight: Sight): Sighting {
  const { rule } = watch;
  const { person, actor, zones } = sight;
  if (!isArmed(rule, sight)) return 'gone';
  const isInside = !('zone' in rule) || rule.zone === undefined || isIn(rule.zone, sight);
  switch (rule.kind) {
    case 'missing-ppe':
      return equipmentSighting(watch, person, isInside, sight.isOpen);
    case 'zone-intrusion':
    case 'loitering':
      return isInside ? 'holds' : 'gone';
    case 'person-down':
      // A person who rolls out of a zone, or lies across its edge, is still down.
      return isInside || sight.isOpen ? (actor.body?.sight ?? 'unknown') : 'gone';
    case 'hand-in-danger': {
      const zone = zones.find(({ id }) => id === rule.zone);
      return zone ? judgeHands(person.pose, person.box, zone.polygon) : 'unknown';
    }
    case 'running':
      if (!isInside) return 'gone';
      return actor.pace ? judgePace(actor.pace, person, rule.speed ?? PACE.speed) : 'unknown';
    case 'phone-use':
      return isInside ? judgePhone(person.pose) : 'gone';
    default:
      return 'unknown';
  }
}

/**
 * Decided time for which the evidence must hold before a record, ms. An observed fall is recorded
 * sooner than a person first seen lying, who may rest or work on the floor.
 */
export function confirmTime({ rule, confirm }: Watch, { body }: Actor): number {
  if (rule.kind !== 'person-down' || body?.fell) return confirm;
  return Math.max(confirm, 1000 * DOWN.foundLyingSeconds);
}

function equipmentSighting(
  { item }: Watch,
  person: TrackedPerson,
  isInside: boolean,
  isOpen: boolean,
): Sighting {
  // An item that the model does not see is neither worn nor missing.
  const worn = (item === null ? undefined : person.equipment[item]) ?? 'unknown';
  // Outside of the zone nothing is required, so a bare head is no evidence there; a head seen
  // covered remains evidence for this person.
  if (!isInside) return isOpen || worn === 'worn' ? 'gone' : 'unknown';
  return worn === 'missing' ? 'holds' : worn === 'worn' ? 'gone' : 'unknown';
}

/** By the foot point; for a lying person also by the centre of the body. */
function isIn(zone: string, { person, actor, zones }: Sight): boolean {
  if (person.zones.includes(zone)) return true;
  if (actor.body?.sight !== 'holds') return false;
  const polygon = zones.find(({ id }) => id === zone)?.polygon;
  const [left, top, right, bottom] = person.box;
  return polygon !== undefined && insidePolygon([(left + right) / 2, (top + bottom) / 2], polygon);
}
