/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /devices/:id/secret': { version: 1, overlapHours: 0 },
  'POST /devices/:id/revocation': { reason: 'not mine' },
  'POST /devices/:id/evidence-keys/:key/revocation': { reason: 'not mine' },
};
