/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /reader-places/:id': { floorPlan: 'main-hall', field: null, version: 1 },
};
