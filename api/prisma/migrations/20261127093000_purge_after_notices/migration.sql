-- An event stays until the notices of violations were made of it, as until the bus and webhooks have it.
CREATE OR REPLACE FUNCTION public.purge_outbox(cutoff timestamptz, most int)
RETURNS TABLE (id text, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_catalog.set_config('anshi.purge_events', 'on', true);
  RETURN QUERY
    DELETE FROM public.outbox_event e USING (
      SELECT o.tenant_id, o.seq FROM public.outbox_event o
      WHERE o.tenant_id = pg_catalog.current_setting('app.tenant', true)
        AND o.at < least(cutoff, pg_catalog.now() - interval '7 days')
        AND o.seq <= (SELECT coalesce(pg_catalog.min(coalesce(p.settled, 0)), 0)
                      FROM (SELECT pg_catalog.unnest(ARRAY['bus', 'webhooks', 'violation-notices']) AS feed
                            UNION ALL
                            SELECT 'consumer:' || c.name FROM public.consumer c
                            WHERE c.tenant_id = pg_catalog.current_setting('app.tenant', true)
                              AND c.seen_at > pg_catalog.now() - interval '30 days') AS f
                      LEFT JOIN public.feed_position p
                        ON p.tenant_id = pg_catalog.current_setting('app.tenant', true)
                          AND p.feed = f.feed)
        AND NOT EXISTS (
          SELECT 1 FROM public.webhook_delivery d
            WHERE d.tenant_id = o.tenant_id AND d.event_seq = o.seq)
        AND NOT EXISTS (
          SELECT 1 FROM public.consumer_dead_letter l WHERE l.tenant_id = o.tenant_id
            AND l.event_seq = o.seq AND l.state IN ('dead', 'waiting'))
      ORDER BY o.seq LIMIT most
    ) old
    WHERE (e.tenant_id, e.seq) = (old.tenant_id, old.seq)
    RETURNING e.id::text, e.at;
  PERFORM pg_catalog.set_config('anshi.purge_events', 'off', true);
END
$$;
REVOKE ALL ON FUNCTION public.purge_outbox(timestamptz, integer) FROM PUBLIC;
