/** An advisory lock: while a session holds it, no bytes are removed from the stores. */
export const BACKUP_LOCK = 4_141_002;
