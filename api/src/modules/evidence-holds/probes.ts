/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/hold': { reason: 'not mine', reviewOn: '2028-01-01' },
  'PATCH /evidence-holds/:id': { version: 1, reviewOn: '2028-01-01' },
  'POST /evidence-holds/:id/lift': { version: 1, reason: 'not mine' },
};
