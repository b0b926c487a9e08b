import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import type { User } from '../../platform/kit/routes.ts';
import { readFacts } from '../facts.ts';
import { belongingOf, personWithin } from '../people/service.ts';
import { type Reader, readable, readTimeline } from './reading.ts';
import type { TimelinePage, TimelineQuery } from './schema.ts';

/**
 * The events of one person from all modules, the newest first. Each kind has its own permission over the
 * person; a kind that the account may not read, or whose feature is off, is left out as if it was not there.
 */
export function createTimelines({
  units,
  features,
  timeZone,
}: {
  units: Units;
  features: Features;
  /** Of the plant. */
  timeZone: string;
}) {
  const sourcesFor = async (reader: Reader) =>
    readable(
      features,
      (await readFacts()).flatMap(({ timeline }) => timeline ?? []),
      reader,
    );

  /** Looks at another person are in the audit log, once for each look and not for each page. */
  async function noteView({ audit }: Unit, person: string, { cursor, kind }: TimelineQuery) {
    if (cursor !== undefined) return;
    await audit({
      action: 'view',
      entity: 'person',
      id: person,
      person,
      after: { timeline: kind },
    });
  }

  return {
    /** @throws Problem `person.unknown` outside of the reach of `person:read`. */
    ofPerson: (user: User, id: string, query: TimelineQuery): Promise<TimelinePage> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await personWithin(tx, user.account, 'person:read', id);
        const isOwn = user.account.person === row.id;
        const { account } = user;
        const reader = { account, belonging: belongingOf(row), isOwn };
        const sources = await sourcesFor(reader);
        if (!isOwn) await noteView(unit, row.id, query);
        return readTimeline(tx, row.id, { sources, reader }, query, { timeZone });
      }),

    /** Empty for an account that belongs to no person. */
    own: (user: User, query: TimelineQuery): Promise<TimelinePage> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const { person } = account;
        if (person === null) return { items: [], kinds: [], next: null };
        const reader = { account, belonging: { person }, isOwn: true };
        const sources = await sourcesFor(reader);
        return readTimeline(tx, person, { sources, reader }, query, { timeZone });
      }),
  };
}
