import type { Open } from '../../platform/module.ts';
import { createBadges } from './badges.ts';
import { createPeopleHistory } from './history.ts';
import { peopleModule } from './routes.ts';
import { createPeopleService } from './service.ts';

export const open: Open = ({ units, sealed }) =>
  peopleModule({
    people: createPeopleService({ units, sealed }),
    history: createPeopleHistory({ units, sealed }),
    badges: createBadges({ units }),
  });
