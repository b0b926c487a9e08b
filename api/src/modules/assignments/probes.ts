/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /assignments/jobs/:id': { version: 1, title: 'Mine now' },
  'POST /assignments/jobs/:id/begin': { version: 1 },
  'POST /assignments/jobs/:id/finish': { version: 1 },
  'POST /assignments/jobs/:id/cancel': { version: 1, reason: 'I say so' },
  'POST /assignments/jobs/:id/people': { version: 1, person: '01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  'POST /assignments/jobs/:id/people/:assignment/end': { version: 1, reason: 'I say so' },
};
