-- AlterTable
-- Of what was stored before, the rows do not tell whether it was encrypted: it is served in the clear
-- only with the digest that it goes by. The default fills the rows of every tenant, where an UPDATE of
-- an owner whom the policies bind would change none.
ALTER TABLE "evidence" ADD COLUMN     "sealed" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "evidence" ALTER COLUMN "sealed" SET DEFAULT true;

-- AlterTable
ALTER TABLE "notice_profile" ADD COLUMN     "email_code_hash" CHAR(64),
ADD COLUMN     "email_code_tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "email_code_until" TIMESTAMPTZ(3),
ADD COLUMN     "email_confirmed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "stored_file" ADD COLUMN     "sealed" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "stored_file" ALTER COLUMN "sealed" SET DEFAULT true;

-- CreateTable
CREATE TABLE "account_request" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "action" VARCHAR(16) NOT NULL,
    "remove_second_factor" BOOLEAN NOT NULL DEFAULT false,
    "roles" TEXT[],
    "duties" TEXT[],
    "requested_by" VARCHAR(26) NOT NULL,
    "requested_by_name" VARCHAR(64) NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'open',
    "decided_by" VARCHAR(26),
    "decided_by_name" VARCHAR(64),
    "decided_at" TIMESTAMPTZ(3),
    "how" VARCHAR(16),

    CONSTRAINT "account_request_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "account_request_tenant_id_state_expires_at_idx" ON "account_request"("tenant_id", "state", "expires_at");

-- CreateIndex
CREATE INDEX "account_request_tenant_id_user_id_idx" ON "account_request"("tenant_id", "user_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_by_event" ON "webhook_delivery"("tenant_id", "event_seq");

-- CreateIndex
CREATE INDEX "webhook_delivery_by_time" ON "webhook_delivery"("tenant_id", "created_at");

-- AddForeignKey
ALTER TABLE "account_request" ADD CONSTRAINT "account_request_tenant_id_user_id_fkey" FOREIGN KEY ("tenant_id", "user_id") REFERENCES "app_user"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema has no words for.

SELECT guard_tenant_table('account_request');

ALTER TABLE account_request
  ADD CONSTRAINT account_request_action_known CHECK (action IN ('reset-password', 'unlock', 'add-roles')),
  ADD CONSTRAINT account_request_state_known
    CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'expired')),
  ADD CONSTRAINT account_request_decided CHECK ((state = 'open') = (decided_at IS NULL)),
  ADD CONSTRAINT account_request_how CHECK ((state = 'approved') = (how IS NOT NULL)),
  ADD CONSTRAINT account_request_how_known CHECK (how IN ('second-person', 'owner-code')),
  -- Nobody approves what they asked for, unless the owner of the account gave them a code.
  ADD CONSTRAINT account_request_by_two
    CHECK (how IS DISTINCT FROM 'second-person' OR (decided_by <> requested_by AND decided_by <> user_id)),
  ADD CONSTRAINT account_request_roles CHECK ((action = 'add-roles') = (cardinality(roles) > 0)),
  ADD CONSTRAINT account_request_roles_by_two CHECK (action <> 'add-roles' OR how IS DISTINCT FROM 'owner-code');

ALTER TABLE notice_profile
  ADD CONSTRAINT notice_profile_confirmed CHECK (email IS NOT NULL OR email_confirmed_at IS NULL);

-- An event that was told everywhere is of no use after a while. Nothing else removes one: the
-- application may not delete from the table, and whoever may is stopped by the trigger.
CREATE FUNCTION keep_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('anshi.purge_events', true) = 'on'
     AND OLD.at < now() - interval '7 days' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
END
$$;
DROP TRIGGER append_only ON outbox_event;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON outbox_event
  FOR EACH ROW EXECUTE FUNCTION keep_events();

-- Up to where every feed has told them, but for those that a delivery still names.
CREATE FUNCTION purge_outbox(cutoff timestamptz, most int)
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
                      FROM unnest(ARRAY['bus', 'webhooks']) AS f (feed)
                      LEFT JOIN feed_position p
                        ON p.tenant_id = current_setting('app.tenant', true) AND p.feed = f.feed)
        AND NOT EXISTS (
          SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = o.tenant_id AND d.event_seq = o.seq)
      ORDER BY o.seq LIMIT most
    ) old
    WHERE (e.tenant_id, e.seq) = (old.tenant_id, old.seq)
    RETURNING e.id::text, e.at;
  PERFORM set_config('anshi.purge_events', 'off', true);
END
$$;
