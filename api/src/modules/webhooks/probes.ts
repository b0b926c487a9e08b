/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /webhooks/:id': { version: 1, name: 'taken over' },
  'POST /webhooks/:id/secret': {},
};
