import type { z } from 'zod';
import { createCalendar } from '../../platform/calendar/calendar.ts';
import { readCalendar } from '../../platform/calendar/repository.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { type EntryRule, jobsOfFence, readEntryRules, withinHours } from '../fences/entry-rules.ts';
import { codeTexts, wordsOf } from '../fences/words.ts';
import { areasWithDoor } from '../gates/doors.ts';
import { entryOverrides } from '../gates/override-in-force.ts';
import type { Matcher } from '../match/decisions.ts';
import type { MatchJob } from '../match/input.ts';
import { readPlaces } from '../match/jobs.ts';
import { publicReasons } from '../match/reasons.ts';
import { readReasonViews, seesAll } from '../match/show.ts';
import { rightOf } from './right.ts';
import type { ownAreas } from './schema.ts';

type OwnAreas = z.infer<typeof ownAreas>;

const OUTSIDE = 'outside-hours';
const outsideHours = {
  code: OUTSIDE,
  ...wordsOf(OUTSIDE),
  about: null,
  record: null,
  decision: 'deny',
  final: false,
} as const;

/** Which areas a person may enter, as doors and fences decide it now. */
export function createAreaRights({
  units,
  features,
  settings,
  matcher,
}: Pick<Platform, 'units' | 'features' | 'settings'> & { matcher: Pick<Matcher, 'forJobs'> }) {
  /** Areas with the jobs that their doors and fences ask the matcher about. */
  async function readAsked(tx: Transaction) {
    const rules: EntryRule[] = features.isOn('fences') ? await readEntryRules(tx) : [];
    const rows = await tx.area.findMany({
      where: { active: true },
      select: { id: true, kind: true, site: true, floorPlan: true, polygon: true },
    });
    const areas = new Map(rows.map((row) => [row.id, row]));
    return (await readPlaces(tx)).flatMap((place) => {
      const area = place.target === 'area' ? areas.get(place.id) : undefined;
      if (!area) return [];
      const own = rules.filter(({ areaId }) => areaId === place.id);
      const jobs: MatchJob[] = [place.job, ...own.flatMap((rule) => jobsOfFence(rule, place.job))];
      return [{ place, area, fences: own, jobs }];
    });
  }

  /** What gates know: doors, and overrides that let the person in. */
  async function readGates(tx: Transaction, person: string, now: Date) {
    if (!features.isOn('gates')) {
      return { doors: new Set<string>(), overrides: new Map<string, Date>() };
    }
    return {
      doors: await areasWithDoor(tx),
      overrides: await entryOverrides(tx, person, now),
    };
  }

  async function readPostsOf(tx: Transaction, person: string): Promise<Set<string>> {
    const where = { personId: person, until: null };
    const held = await tx.postHolding.findMany({ where, select: { postId: true } });
    return new Set(held.map(({ postId }) => postId));
  }

  async function readSites(tx: Transaction): Promise<Map<string, Bilingual>> {
    const rows = await tx.site.findMany({ select: { id: true, name: true } });
    return new Map(rows.map(({ id, name }) => [id, name as Bilingual]));
  }

  return {
    /** All areas in use, for the person of the account. @throws Problem `area-right.no-person`. */
    own: (user: User): Promise<OwnAreas> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        if (person === null) throw new Problem('area-right.no-person');
        const now = new Date();
        const asked = await readAsked(tx);
        const jobs = asked.flatMap((one) => one.jobs);
        const matches = await matcher.forJobs(tx, person, jobs, now);
        const { doors, overrides } = await readGates(tx, person, now);
        const { calendar } = await readCalendar(tx);
        const clock = createCalendar(calendar, settings.timeZone);
        const held = await readPostsOf(tx, person);
        const sites = await readSites(tx);
        const views = await readReasonViews(tx);
        let taken = 0;
        const items = asked.map(({ place, area, fences, jobs: { length } }) => {
          const right = rightOf({
            matches: matches.slice(taken, taken + length),
            hours: fences.flatMap(({ hours }) =>
              hours === null ? [] : [withinHours(hours, clock, now)],
            ),
            override: overrides.get(place.id) ?? null,
          });
          taken += length;
          const { decision, final, reasons } = right;
          const outside = right.outsideHours;
          return {
            id: place.id,
            name: place.name,
            kind: area.kind,
            site: { id: area.site, name: sites.get(area.site) ?? { zh: area.site, en: area.site } },
            floorPlan: area.floorPlan,
            outline: area.polygon as [number, number][] | null,
            ofPost: place.posts.some(({ id }) => held.has(id)),
            door: doors.has(place.id),
            fence: fences.length > 0,
            decision,
            final,
            reasons: [...views.show(reasons, seesAll), ...(outside ? [outsideHours] : [])],
            publicReasons: [
              ...publicReasons(reasons),
              ...(outside ? [{ code: OUTSIDE, text: codeTexts[OUTSIDE] }] : []),
            ],
            overriddenUntil: right.overriddenUntil?.toISOString() ?? null,
            validUntil: right.validUntil?.toISOString() ?? null,
          };
        });
        return { at: now.toISOString(), items };
      }),
  };
}
