import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { ownAreas } from './schema.ts';
import { createAreaRights } from './service.ts';

/** Which areas a person may enter, for that person. */
export const open: Open = (platform) => {
  const rights = createAreaRights({ ...platform, matcher: platform.services.get('match') });
  return {
    register: (app) =>
      routesOf(app, 'area-rights').get('/me/areas', {
        permission: 'self',
        operationId: 'listOwnAreaRights',
        summary: 'Says which areas this person may enter now, why not, and what to do',
        answer: ownAreas,
        problems: [409],
        handle: ({ user }) => rights.own(user),
      }),
  };
};
