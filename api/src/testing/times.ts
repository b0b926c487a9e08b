const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/**
 * A time of yesterday, for what comes from outside: a fixed date is refused once it is a year old.
 *
 * @param time `hh:mm:ss` in UTC.
 */
export const yesterdayAt = (time: string): string => `${YESTERDAY}T${time}.000Z`;
