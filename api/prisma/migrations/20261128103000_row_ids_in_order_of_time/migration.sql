-- Ids that the database gives are ULIDs as those of the API: ten characters of the time in milliseconds in Crockford's
-- base 32, and sixteen that are random. Before, all of them were random, so that rows had no order.
CREATE OR REPLACE FUNCTION new_row_id() RETURNS text LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((ms >> (5 * (9 - place))) & 31)::int + 1, 1), '' ORDER BY place)
    || upper(substr(md5(gen_random_uuid()::text), 1, 16))
  FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms) AS now, generate_series(0, 9) AS place
$$;
