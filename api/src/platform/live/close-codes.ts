/** Application close codes. 4401: sign in again. 4408: too slow, reconnect and reload. */
export const CLOSE_AUTH = 4401;
export const CLOSE_SLOW = 4408;
/** Standard code 1013: try again later. */
export const CLOSE_LATER = 1013;

/** Bytes that wait for a slow browser before what is droppable is left out, and before it is cut. */
export const SLOW_BYTES = 256 * 1024;
export const STUCK_BYTES = 8 * 1024 * 1024;
