/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /gates/decisions/:id/override': { reason: 'I say so', hours: 1 },
  'PATCH /gates/points/:id': { version: 1, active: false },
};
