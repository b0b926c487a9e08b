import type { Body } from './body.ts';
import type { Origin } from './doubt.ts';
import type { IdentifySettings } from './settings.ts';

/**
 * Gives a person who comes out of a doubt what was known of those who went in. It is one of them, and it is not known which:
 * the likelihoods are averaged. All who come out get the same, and a badge has one wearer, so that the fixes after the doubt
 * tell who is who.
 */
export function inherit(
  body: Body,
  { doubt, isOpen }: Origin,
  people: ReadonlySet<Body>,
  settings: IdentifySettings,
): void {
  const { from } = body;
  // Not of itself, nor of what is too old to count.
  const before = [...people].filter((one) => one !== body && one.at >= from - settings.memoryMs);
  // What was known is in the evidence now.
  for (const segment of body.segments) segment.origin = null;
  if (before.length === 0) return;
  for (const one of before) {
    one.heirs.push(body);
    for (const [badge, at] of one.rivals)
      body.rivals.set(badge, Math.max(at, body.rivals.get(badge) ?? at));
  }
  body.cameFrom = { doubt, people: before.length, isOpen };
  const { correlationMs, mostInherited, stranger, strangerOpen, inherited } = settings;
  const bin = Math.floor(from / correlationMs);
  const share = isOpen ? strangerOpen : stranger;
  for (const badge of new Set(before.flatMap(({ pairs }) => [...pairs.keys()]))) {
    let sum = 0;
    for (const one of before) {
      const pair = one.pairs.get(badge);
      sum += pair ? Math.exp(pair.weigh(bin, (at) => one.placeIn(at), settings).log) : 1;
    }
    const log = Math.log(share + ((1 - share) * sum) / before.length);
    const most = Math.min(mostInherited, log);
    body.pairWith(badge).before = { log: most, stranger: Math.min(most, Math.log(share)), bin };
    if (log >= inherited) body.expected.add(badge);
  }
}
