/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/shares': {
    recipients: ['01JD0000000000000000000000'],
    untilAt: '2028-01-01T00:00:00.000Z',
    reason: 'not mine',
  },
  'POST /incident-shares/:id/end': { version: 1 },
};
