/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /device-files/:id': { version: 1, name: 'taken over' },
  'POST /device-findings/:id/actions': {
    transition: 'accept',
    version: 1,
    fields: { reason: 'not mine' },
  },
};
