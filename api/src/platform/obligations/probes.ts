/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /obligations/:id/completion': { version: 1, on: '2026-01-01', note: 'not mine' },
  'POST /obligations/:id/postponement': { version: 1, until: '2027-01-01', reason: 'not mine' },
};
