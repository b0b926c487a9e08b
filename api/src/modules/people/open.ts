import type { Open } from '../../platform/module.ts';
import { BADGE_RETURN, createBadges } from './badges.ts';
import { createPeopleHistory } from './history.ts';
import { badgeReturns } from './obligations.ts';
import { type PeoplePosts, peoplePosts } from './posts.ts';
import { peopleModule } from './routes.ts';
import { createPeopleService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** For the register of posts. */
    peoplePosts: PeoplePosts;
  }
}

export const open: Open = ({ units, sealed, services, obligations, settings }) => {
  services.provide('peoplePosts', peoplePosts);
  obligations.provide(BADGE_RETURN, badgeReturns(settings));
  return peopleModule({
    people: createPeopleService({ units, sealed }),
    history: createPeopleHistory({ units, sealed }),
    badges: createBadges({ units, obligations }),
  });
};
