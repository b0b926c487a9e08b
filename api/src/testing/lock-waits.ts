/**
 * A statement with a row for each session of this database that waits for a lock: other files have
 * databases on the same server.
 *
 * @param event the awaited lock, as in `pg_stat_activity`: `advisory`, `relation` …; any where it
 *   is left out.
 */
export const lockWaits = (event?: 'advisory' | 'relation'): string =>
  `SELECT 1 FROM pg_stat_activity
   WHERE datname = current_database() AND wait_event_type = 'Lock'
   ${event ? `AND wait_event = '${event}'` : ''}`;
