/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /second-reviews/:id/verdict': { decision: 'confirm' },
  'POST /second-review-disagreements/:id/settlement': { note: 'seen again' },
};
