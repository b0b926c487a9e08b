import { topics } from '@anshi/contracts';
import { z } from 'zod';
import { actorOf } from '../../platform/access/account.ts';
import { Problem } from '../../platform/http/errors.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { dividedTopic } from '../../platform/live/divided-topic.ts';
import type { Open } from '../../platform/module.ts';
import { asReader } from '../violations/reach.ts';
import { keepDemoNotes } from './demo.ts';
import { noteChange, noteList, noteRequest, noteSchema } from './schema.ts';
import { createIncidentNotes } from './service.ts';

const told = z.object({ data: z.object({ incident: z.string() }) });

/** Notes on incidents, which others who have the incident open see at once. */
export const open: Open = ({ units, database, services, bus, live, settings, log }) => {
  const { tenant } = settings;
  const { service: incidents, events } = services.get('incidents');
  if (settings.demo?.records) events.follow(keepDemoNotes);
  const notes = createIncidentNotes({ units, database, incidents });
  const topic = dividedTopic<'changed', { id: string }>({
    live,
    topic: 'incidents',
    // The reach of an account depends on the incident, so it is checked for each connected account.
    seenByAll: () => null,
    read: async (_tenant, account, id) =>
      account === null
        ? { id }
        : database.transaction(actorOf(account), (tx) =>
            incidents.findWhole(tx, id, asReader(account)).then(
              ({ id: now }) => ({ id: now }),
              (error: unknown) => {
                if (error instanceof Problem) return null;
                throw error;
              },
            ),
          ),
    messageOf: (_change, { id }) => ({ type: 'incident-note', incident: id }),
    log,
  });
  // What any process committed comes back by the outbox. No text: each browser asks for what its account sees.
  bus.subscribe(topics.records(tenant, 'incident-note'), 1, (_topic, message) => {
    const read = told.safeParse(message);
    if (read.success) topic.pushStored(tenant, 'changed', read.data.data.incident);
  });
  return {
    register(app) {
      const route = routesOf(app, 'incidents');
      route.get('/incidents/:id/notes', {
        permission: 'violation:read',
        operationId: 'listIncidentNotes',
        summary: 'Lists the notes on an incident',
        description: 'For those who see all of the incident.',
        answer: noteList,
        handle: ({ user, params }) => notes.list(user.account, params.id),
      });
      route.post('/incidents/:id/notes', {
        permission: 'incident-note:write',
        operationId: 'writeIncidentNote',
        summary: 'Writes a note on an incident',
        body: noteRequest,
        created: noteSchema,
        problems: [409],
        handle: ({ user, params, body }) => notes.write(user, params.id, body),
      });
      route.patch('/incident-notes/:id', {
        permission: 'incident-note:write',
        operationId: 'correctIncidentNote',
        summary: 'Corrects a note of the caller',
        body: noteChange,
        answer: noteSchema,
        handle: ({ user, params, body }) => notes.correct(user, params.id, body),
      });
    },
  };
};
