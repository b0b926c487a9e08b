-- A badge is worn by one person at a time, also in the past: a record of a time would else be of two people. New and changed
-- bindings are checked; those that overlapped before stay until they are changed, and may always be shortened.
CREATE OR REPLACE FUNCTION public.tag_has_one_owner() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  name text := CASE TG_TABLE_NAME WHEN 'badge' THEN to_jsonb(NEW) ->> 'badge' ELSE to_jsonb(NEW) ->> 'tag' END;
  taken boolean;
  other record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.tenant_id || ' ' || name, 5270312));
  IF TG_TABLE_NAME = 'badge' THEN
    SELECT EXISTS (SELECT 1 FROM public.vehicle_tag t WHERE t.tenant_id = NEW.tenant_id AND t.tag = name
      AND t.since < coalesce(NEW.until, 'infinity') AND coalesce(t.until, 'infinity') > NEW.since) INTO taken;
  ELSE
    SELECT EXISTS (SELECT 1 FROM public.badge b WHERE b.tenant_id = NEW.tenant_id AND b.badge = name
      AND b.since < coalesce(NEW.until, 'infinity') AND coalesce(b.until, 'infinity') > NEW.since) INTO taken;
  END IF;
  IF taken THEN
    RAISE EXCEPTION 'the tag % is on a vehicle and on a person at the same time', name USING ERRCODE = '23P01';
  END IF;
  IF TG_TABLE_NAME = 'badge' AND NEW.since < coalesce(NEW.until, 'infinity') THEN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> 'badge' = name AND NEW.since >= OLD.since
      AND coalesce(NEW.until, 'infinity') <= coalesce(OLD.until, 'infinity') THEN
      RETURN NEW;
    END IF;
    SELECT b.id, b.person_id, b.since, b.until INTO other FROM public.badge b
    WHERE b.tenant_id = NEW.tenant_id AND b.badge = name AND b.id <> NEW.id AND b.since < coalesce(b.until, 'infinity')
      AND b.since < coalesce(NEW.until, 'infinity') AND coalesce(b.until, 'infinity') > NEW.since
    ORDER BY b.since, b.id LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'the badge % is bound to two people at the same time: binding % overlaps binding % of person % (% to %)',
        name, NEW.id, other.id, other.person_id, other.since, coalesce(other.until::text, 'now') USING ERRCODE = '23P01';
    END IF;
  END IF;
  RETURN NEW;
END $$;
