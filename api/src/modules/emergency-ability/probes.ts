/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/emergency-abilities': {
    kind: 'fire',
    method: 'drill',
    level: 2,
    score: null,
    assessedOn: '2026-05-01',
    assessorId: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
    source: 'not mine',
  },
  'POST /emergency-abilities/:id/revoke': { version: 1, reason: 'not mine' },
  'PUT /posts/:id/emergency-needs': { needs: [] },
};
