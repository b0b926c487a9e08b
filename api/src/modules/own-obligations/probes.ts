/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /own-obligations/:id': { version: 1, graceDays: 3 },
  'POST /own-obligations/:id/end': { version: 1, reason: 'not mine' },
  'POST /own-obligations/:id/decision': {
    record: '01J00000000000000000000000',
    accepted: false,
    note: 'not mine',
  },
};
