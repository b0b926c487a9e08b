/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/notes': { key: 'probe-of-a-note', text: 'not mine' },
  'PATCH /incident-notes/:id': { version: 1, text: 'not mine' },
};
