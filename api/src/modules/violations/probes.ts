/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /violations/:id/verdict': { decision: 'confirm', version: 1 },
  'PUT /violations/:id/trade': { trade: null, version: 1 },
};
