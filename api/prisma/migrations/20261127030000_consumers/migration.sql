-- CreateTable
CREATE TABLE "consumer" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "name" VARCHAR(48) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retry_seq" BIGINT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),

    CONSTRAINT "consumer_pkey" PRIMARY KEY ("tenant_id","name")
);

-- CreateTable
CREATE TABLE "consumer_dead_letter" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "consumer" VARCHAR(48) NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "event_id" VARCHAR(26) NOT NULL,
    "type" VARCHAR(128) NOT NULL,
    "subject" VARCHAR(128),
    "state" VARCHAR(16) NOT NULL DEFAULT 'dead',
    "error" VARCHAR(500) NOT NULL,
    "tries" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ(3),
    "handled_by" VARCHAR(26),
    "handled_by_name" VARCHAR(128),
    "reason" VARCHAR(500),

    CONSTRAINT "consumer_dead_letter_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "consumer_dead_letter_tenant_id_state_idx" ON "consumer_dead_letter"("tenant_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "consumer_dead_letter_tenant_id_consumer_event_seq_key" ON "consumer_dead_letter"("tenant_id", "consumer", "event_seq");


-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY['consumer', 'consumer_dead_letter']::regclass[]) AS t;

ALTER TABLE consumer_dead_letter
  ADD CONSTRAINT consumer_dead_letter_state CHECK (state IN ('dead', 'waiting', 'replayed', 'dismissed')),
  ADD CONSTRAINT consumer_dead_letter_reason CHECK (state <> 'dismissed' OR reason IS NOT NULL);

-- An event also stays until every consumer took it, and while a dead letter may be replayed. Consumers
-- that no process registered for a month are of an older version and hold nothing up.
CREATE OR REPLACE FUNCTION purge_outbox(cutoff timestamptz, most int)
RETURNS TABLE (id text, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('anshi.purge_events', 'on', true);
  RETURN QUERY
    DELETE FROM outbox_event e USING (
      SELECT o.tenant_id, o.seq FROM outbox_event o
      -- The policies do not bind an owner who is a superuser.
      WHERE o.tenant_id = current_setting('app.tenant', true)
        AND o.at < least(cutoff, now() - interval '7 days')
        AND o.seq <= (SELECT coalesce(min(coalesce(p.settled, 0)), 0)
                      FROM (SELECT unnest(ARRAY['bus', 'webhooks']) AS feed
                            UNION ALL
                            SELECT 'consumer:' || c.name FROM consumer c
                            WHERE c.tenant_id = current_setting('app.tenant', true)
                              AND c.seen_at > now() - interval '30 days') AS f
                      LEFT JOIN feed_position p
                        ON p.tenant_id = current_setting('app.tenant', true) AND p.feed = f.feed)
        AND NOT EXISTS (
          SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = o.tenant_id AND d.event_seq = o.seq)
        AND NOT EXISTS (
          SELECT 1 FROM consumer_dead_letter l WHERE l.tenant_id = o.tenant_id
            AND l.event_seq = o.seq AND l.state IN ('dead', 'waiting'))
      ORDER BY o.seq LIMIT most
    ) old
    WHERE (e.tenant_id, e.seq) = (old.tenant_id, old.seq)
    RETURNING e.id::text, e.at;
  PERFORM set_config('anshi.purge_events', 'off', true);
END
$$;
