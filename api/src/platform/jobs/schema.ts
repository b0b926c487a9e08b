/** The schema of pg-boss, beside the tables of the program. */
export const JOBS_SCHEMA = 'pgboss';
