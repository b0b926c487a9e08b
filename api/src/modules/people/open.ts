import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { BADGE_RETURN, createBadges, createOweBadges } from './badges.ts';
import { createBirths, type PeopleBirths } from './born.ts';
import { renameCompanies } from './companies.ts';
import { createPeopleHistory } from './history.ts';
import { createBadgeImport } from './import-badges.ts';
import { createPeopleImport } from './import-work.ts';
import { badges as badgeForm, people as personForm } from './imports.ts';
import type { PeopleMoves } from './moves.ts';
import { badgeReturns, provideContractorEnds } from './obligations.ts';
import { type StatedSteps, statedSteps } from './planned-steps.ts';
import { type PeoplePosts, peoplePosts } from './posts.ts';
import { peopleModule } from './routes.ts';
import { createSensitive, type SensitiveStore } from './sensitive.ts';
import { createPeopleService } from './service.ts';
import { createPeopleSteps, type PeopleSteps } from './steps.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** For the register of posts. */
    peoplePosts: PeoplePosts;
    /** For work that asks for an age. */
    peopleBirths: PeopleBirths;
    /** Joining, moving and leaving, within a unit of work; the caller checks the right. */
    peopleMoves: PeopleMoves;
    /** Steps that wait for their day, for what personnel systems state. */
    peopleSteps: Pick<PeopleSteps, 'onStated'> & { stated: StatedSteps };
    /** Badges that are lent, within a unit of work; the caller checks the right. */
    peopleBadges: ReturnType<typeof createBadges>['lending'];
    /** Sealed fields, masked or in plain text; the caller checks the right. */
    peopleSensitive: Pick<SensitiveStore, 'masked' | 'reveal'>;
  }
}

/** How soon after midnight a planned step is done, ms. */
const LOOK_MS = 10_000;

export const open: Open = (platform) => {
  const { units, sealed, services, obligations, settings, imports, consumers, log } = platform;
  services.provide('peoplePosts', peoplePosts);
  services.provide('peopleBirths', createBirths(sealed));
  services.provide('peopleSensitive', createSensitive(sealed));
  obligations.provide(BADGE_RETURN, badgeReturns(settings));
  provideContractorEnds(platform);
  const people = createPeopleService({ units, sealed, oweBadges: createOweBadges(obligations) });
  services.provide('peopleMoves', people.moves);
  const steps = createPeopleSteps({ ...platform, people });
  services.provide('peopleSteps', { onStated: steps.onStated, stated: statedSteps });
  const badges = createBadges({ units, obligations });
  services.provide('peopleBadges', badges.lending);
  imports.add(personForm, createPeopleImport({ people, sealed }));
  imports.add(badgeForm, createBadgeImport(badges));
  // The company of a contractor stands as words, too: lists, visits and the watch list read these.
  consumers.on({
    name: 'people.supplier-names',
    types: ['cn.anshi.supplier.changed.*'],
    handle: ({ tx }, { subject }) => renameCompanies(tx, subject ?? ''),
  });
  const history = createPeopleHistory({ units, sealed });
  let loop: Loop | null = null;
  return {
    ...peopleModule({ people, steps, badges, history, units }),
    start() {
      loop = startLoop({
        name: 'planned steps of people',
        log,
        everyMs: LOOK_MS,
        pass: () => steps.applyDue(settings.tenant),
      });
    },
    async close() {
      await loop?.close();
    },
  };
};
