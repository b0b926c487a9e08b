/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /models/versions/:id/decisions': { decision: 'retire', reason: 'not mine' },
  'POST /models/reviews/:id/actions': { transition: 'keep', version: 1 },
};
