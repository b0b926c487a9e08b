import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { createFileDocuments } from './document.ts';
import { registerDocuments } from './document-routes.ts';
import { timelinePage, timelineQuery } from './schema.ts';
import { createTimelines } from './service.ts';

/** Events of a person from all modules on one timeline, and the file of a person as a document. */
export const open: Open = (platform) => {
  const timelines = createTimelines({ ...platform, timeZone: platform.settings.timeZone });
  const documents = createFileDocuments(platform);
  return {
    register(app) {
      const route = routesOf(app, 'person-timeline');
      route.get('/persons/:id/timeline', {
        permission: 'person:read',
        operationId: 'listPersonTimeline',
        summary: 'Lists what happened to a person, from all modules, the newest first',
        description: 'Kinds that the account may not read of this person are left out.',
        query: timelineQuery,
        answer: timelinePage,
        handle: ({ user, params, query }) => timelines.ofPerson(user, params.id, query),
      });
      route.get('/me/timeline', {
        permission: 'self',
        operationId: 'listOwnTimeline',
        summary: 'Lists what is on record of oneself, from all modules, the newest first',
        query: timelineQuery,
        answer: timelinePage,
        handle: ({ user, query }) => timelines.own(user, query),
      });
      registerDocuments(app, documents);
    },
  };
};
