-- When it was entered that a person left: admission ends then, whatever is changed in the file later.
ALTER TABLE "person" ADD COLUMN "left_at" TIMESTAMPTZ(3);

-- Of those who have left: by the log, else the last change of the file.
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
UPDATE person p SET left_at = coalesce((
    SELECT max(a.at) FROM audit_log a WHERE a.tenant_id = p.tenant_id AND a.entity = 'person'
      AND a.entity_id = p.id AND a.action = 'leave'), p.updated_at)
  WHERE p.status = 'left';
ALTER TABLE person FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE person ADD CONSTRAINT person_left_entered CHECK ((status = 'left') = (left_at IS NOT NULL));

CREATE FUNCTION person_notes_leaving() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.status <> 'left' THEN
    NEW.left_at := NULL;
  ELSIF TG_OP = 'UPDATE' AND OLD.status = 'left' THEN
    NEW.left_at := OLD.left_at;
  ELSE
    NEW.left_at := now();
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER person_notes_leaving BEFORE INSERT OR UPDATE ON person
  FOR EACH ROW EXECUTE FUNCTION person_notes_leaving();
