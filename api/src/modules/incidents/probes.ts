const finding = '01K0000000000000000000000A';

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/verdict': { decision: 'confirm', version: 1 },
  'POST /incidents/:id/take-out': { finding, reason: 'false-detection', version: 1 },
  'POST /incidents/:id/split': { findings: [finding], version: 1 },
  'POST /incidents/:id/join': { incident: finding, version: 1 },
  'PUT /incidents/:id/claim': {},
  'POST /incidents/:id/undo': { version: 1 },
};
