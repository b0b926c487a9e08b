/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /permits/:id': { revision: 1, description: 'taken over' },
  'POST /permits/:id/actions': {
    transition: 'suspend',
    version: 1,
    fields: { reason: 'not mine' },
  },
};
