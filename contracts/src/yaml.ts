/** What a person has to change in a YAML file whose aliases (`*name`) expand to too much. */
export const ALIAS_BOMB =
  'its aliases (*name) expand to too much (an alias bomb); write the values out';

/**
 * What is wrong with a text that the YAML parser refused. The parser throws a ReferenceError where
 * aliases expand to too much, which stops before memory is used up.
 */
export function yamlProblem(error: unknown): string {
  if (error instanceof ReferenceError && /alias/i.test(error.message)) return ALIAS_BOMB;
  return `not YAML: ${error instanceof Error ? error.message : String(error)}`;
}
