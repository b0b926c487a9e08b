/**
 * How sure a rule of law is.
 *
 * text: the full text was read. page: a stored page says so. repeated: several sources repeat it.
 * memory: from memory, to be checked before anyone relies on it.
 */
export const lawCertainties = ['text', 'page', 'repeated', 'memory'] as const;
export type LawCertainty = (typeof lawCertainties)[number];

/** The same as a letter, as the register of data stores it. */
export const letterOf = {
  text: 'T',
  page: 'P',
  repeated: 'C',
  memory: 'K',
} as const satisfies Record<LawCertainty, string>;
