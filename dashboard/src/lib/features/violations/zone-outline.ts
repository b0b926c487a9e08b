import type { Violation } from '$lib/api/types.ts';
import type { EvidenceZone } from '$lib/overlay/draw-evidence.ts';
import type { Size } from '$lib/overlay/geometry.ts';
import { plant } from '$lib/plant/plant.svelte.ts';

/**
 * The zone that a violation of a zone or a machine is about, as the camera has it now, in pixels of a
 * picture of this size; null for a person, and where the camera or its zone is not known any more.
 */
export function zoneIn(
  violation: Pick<Violation, 'subject' | 'camera' | 'zone'>,
  picture: Size,
  label: string,
): EvidenceZone | null {
  if (violation.subject === 'person') return null;
  const camera = plant.camera(violation.camera);
  const zone = camera?.zones.find(({ id }) => id === violation.zone);
  if (!camera || !zone) return null;
  const [width = 1, height = 1] = camera.picture;
  const [x, y] = [picture.width / width, picture.height / height];
  return { label, outline: zone.polygon.map((p) => [(p[0] ?? 0) * x, (p[1] ?? 0) * y]) };
}
