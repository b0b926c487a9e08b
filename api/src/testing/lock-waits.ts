/**
 * A statement that gives a row for each session of this database that waits for a lock: other files
 * have databases on the same server.
 *
 * @param event what it waits for, as `pg_stat_activity` names it: `advisory`, `relation` …; any
 *   where it is left out.
 */
export const lockWaits = (event?: 'advisory' | 'relation'): string =>
  `SELECT 1 FROM pg_stat_activity
   WHERE datname = current_database() AND wait_event_type = 'Lock'
   ${event ? `AND wait_event = '${event}'` : ''}`;
