/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /hazards/:id/actions': { transition: 'accept', version: 1 },
  'POST /hazards/:id/penalties': { kind: 'false-report', reason: 'none' },
  'POST /hazard-penalties/:id/appeal': { text: 'none of mine' },
  'POST /hazard-penalties/:id/decision': { uphold: false, reason: 'none of mine' },
};
