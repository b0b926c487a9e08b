-- Functions name what they use and look nowhere else: a table or an operator that a session makes for
-- itself is never taken for one of ours. The order matters: a temporary schema that is not named is
-- searched first.

CREATE OR REPLACE FUNCTION public.guard_tenant_table(guarded regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s
       USING (tenant_id = pg_catalog.current_setting(''app.tenant'', true))
       WITH CHECK (tenant_id = pg_catalog.current_setting(''app.tenant'', true))',
    guarded
  );
END
$$;

CREATE OR REPLACE FUNCTION public.make_append_only(guarded regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('COMMENT ON TABLE %s IS ''append-only''', guarded);
  EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %s', guarded);
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION public.refuse_change()', guarded);
  EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', guarded);
END
$$;

CREATE OR REPLACE FUNCTION public.tell_account_change(tenant text, account text) RETURNS void
LANGUAGE sql AS $$
  SELECT pg_catalog.pg_notify('anshi_account', tenant || '|' || account)
$$;

CREATE OR REPLACE FUNCTION public.account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM public.tell_account_change(OLD.tenant_id, OLD.id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM public.tell_account_change(NEW.tenant_id, NEW.id); END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION public.account_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM public.tell_account_change(OLD.tenant_id, OLD.user_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM public.tell_account_change(NEW.tenant_id, NEW.user_id); END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION public.accounts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.tell_account_change(coalesce(NEW.tenant_id, OLD.tenant_id), '*');
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION public.person_changes_rights() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  account record;
  taken text[];
BEGIN
  FOR account IN
    SELECT id FROM public.app_user WHERE tenant_id = NEW.tenant_id AND person_id = NEW.id
  LOOP
    PERFORM public.tell_account_change(NEW.tenant_id, account.id);
    IF NEW.status = 'left' AND OLD.status <> 'left' THEN
      WITH gone AS (
        DELETE FROM public.user_role WHERE tenant_id = NEW.tenant_id AND user_id = account.id
        RETURNING role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      UPDATE public.app_user SET active = false, locked_reason = 'left', version = version + 1
        WHERE tenant_id = NEW.tenant_id AND id = account.id;
      UPDATE public.session SET ended_at = now(), end_reason = 'left'
        WHERE tenant_id = NEW.tenant_id AND user_id = account.id AND ended_at IS NULL;
      INSERT INTO public.audit_log
          (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
        VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
          account.id, NEW.id, jsonb_build_object('active', true, 'roles', to_jsonb(taken)),
          jsonb_build_object('active', false, 'roles', '[]'::jsonb, 'why', 'left'));
    ELSIF NEW.department_id <> OLD.department_id OR NEW.post IS DISTINCT FROM OLD.post THEN
      WITH gone AS (
        DELETE FROM public.user_role h USING public.role r
        WHERE h.tenant_id = NEW.tenant_id AND h.user_id = account.id AND NOT r.keep_on_transfer
          AND r.tenant_id = h.tenant_id AND r.id = h.role_id
        RETURNING h.role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      IF cardinality(taken) > 0 THEN
        INSERT INTO public.audit_log
            (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
          VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
            account.id, NEW.id, jsonb_build_object('roles', to_jsonb(taken)),
            jsonb_build_object('roles', '[]'::jsonb, 'why', 'transferred'));
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- The two that run as their owner. The tenant is asked for by name, too: in an installation whose owner
-- is still a superuser the policies would not bind them.
CREATE OR REPLACE FUNCTION public.purge_violation_inbox(cutoff timestamptz, most int)
RETURNS TABLE (source text, event_id text, received_at timestamptz)
LANGUAGE sql SECURITY DEFINER AS $$
  DELETE FROM public.violation_event_inbox v USING (
    SELECT i.tenant_id, i.source, i.event_id FROM public.violation_event_inbox i
    WHERE i.tenant_id = pg_catalog.current_setting('app.tenant', true)
      AND i.received_at < least(cutoff, pg_catalog.now() - interval '30 days') LIMIT most
  ) old
  WHERE (v.tenant_id, v.source, v.event_id) = (old.tenant_id, old.source, old.event_id)
  RETURNING v.source, v.event_id, v.received_at
$$;

CREATE OR REPLACE FUNCTION public.purge_outbox(cutoff timestamptz, most int)
RETURNS TABLE (id text, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_catalog.set_config('anshi.purge_events', 'on', true);
  RETURN QUERY
    DELETE FROM public.outbox_event e USING (
      SELECT o.tenant_id, o.seq FROM public.outbox_event o
      WHERE o.tenant_id = pg_catalog.current_setting('app.tenant', true)
        AND o.at < least(cutoff, pg_catalog.now() - interval '7 days')
        AND o.seq <= (SELECT coalesce(pg_catalog.min(coalesce(p.settled, 0)), 0)
                      FROM (SELECT pg_catalog.unnest(ARRAY['bus', 'webhooks']) AS feed
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

-- A body in standard SQL (RETURN …) is bound to what it names when it is made, and a setting would keep
-- it from being inlined. The application's role is given the functions that it calls by name
-- (platform/db/rights.ts); one of a later migration is nobody's, either.
DO $$
DECLARE
  one regprocedure;
BEGIN
  FOR one IN
    SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    IF (SELECT prosqlbody IS NULL FROM pg_proc WHERE oid = one) THEN
      EXECUTE format('ALTER ROUTINE %s SET search_path = pg_catalog, public, pg_temp', one);
    END IF;
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', one);
  END LOOP;
END
$$;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
