import type { Open } from '../../platform/module.ts';
import { BADGE_RETURN, createBadges } from './badges.ts';
import { createBirths, type PeopleBirths } from './born.ts';
import { createPeopleHistory } from './history.ts';
import { createBadgeImport, createPeopleImport } from './import-work.ts';
import { badges as badgeForm, people as personForm } from './imports.ts';
import type { PeopleMoves } from './moves.ts';
import { badgeReturns } from './obligations.ts';
import { type PeoplePosts, peoplePosts } from './posts.ts';
import { peopleModule } from './routes.ts';
import { createSensitive, type SensitiveStore } from './sensitive.ts';
import { createPeopleService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** For the register of posts. */
    peoplePosts: PeoplePosts;
    /** For work that asks for an age. */
    peopleBirths: PeopleBirths;
    /** Joining, moving and leaving, within a unit of work; the caller checks the right. */
    peopleMoves: PeopleMoves;
    /** Badges that are lent, within a unit of work; the caller checks the right. */
    peopleBadges: ReturnType<typeof createBadges>['lending'];
    /** Sealed fields, masked or in plain text; the caller checks the right. */
    peopleSensitive: Pick<SensitiveStore, 'masked' | 'reveal'>;
  }
}

export const open: Open = ({ units, sealed, services, obligations, settings, imports }) => {
  services.provide('peoplePosts', peoplePosts);
  services.provide('peopleBirths', createBirths(sealed));
  services.provide('peopleSensitive', createSensitive(sealed));
  obligations.provide(BADGE_RETURN, badgeReturns(settings));
  const people = createPeopleService({ units, sealed });
  services.provide('peopleMoves', people.moves);
  const badges = createBadges({ units, obligations });
  services.provide('peopleBadges', badges.lending);
  imports.add(personForm, createPeopleImport({ people, sealed }));
  imports.add(badgeForm, createBadgeImport(badges));
  return peopleModule({ people, badges, history: createPeopleHistory({ units, sealed }), units });
};
