/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /site-devices/:id': { version: 1, note: 'taken over' },
  'POST /site-devices/:id/second-person': { version: 1, secondPerson: false, reason: 'not mine' },
  'POST /site-devices/:id/commands': { key: 'a-key-of-a-test', action: 'test' },
};
