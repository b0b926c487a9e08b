/** The counts of an import whose rows are to be looked at again. */
export const noRows = {
  total: 0,
  good: 0,
  bad: 0,
  warned: 0,
  updates: 0,
  skipped: 0,
  failed: 0,
  processed: 0,
};
