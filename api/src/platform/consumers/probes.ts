/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /dead-letters/:id/dismiss': { reason: 'not mine to dismiss' },
};
