/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/practical-tests': {
    category: 'welding',
    passedOn: '2026-05-01',
    source: 'not mine',
  },
  'POST /practical-tests/:id/revoke': { version: 1, reason: 'not mine' },
};
