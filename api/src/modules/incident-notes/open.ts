import { topics } from '@anshi/contracts';
import { z } from 'zod';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { noteChange, noteList, noteRequest, noteSchema } from './schema.ts';
import { createIncidentNotes } from './service.ts';

const told = z.object({ data: z.object({ incident: z.string() }) });

/** Notes on incidents, which others who have the incident open see at once. */
export const open: Open = ({ units, database, services, bus, live, settings }) => {
  const { tenant } = settings;
  const notes = createIncidentNotes({
    units,
    database,
    incidents: services.get('incidents').service,
  });
  // What any process committed comes back by the outbox. No text: each browser asks for what its account sees.
  bus.subscribe(topics.records(tenant, 'incident-note'), 1, (_topic, message) => {
    const read = told.safeParse(message);
    if (!read.success) return;
    const { incident } = read.data.data;
    live.push(tenant, 'incidents', { type: 'incident-note', incident });
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
