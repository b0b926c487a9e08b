-- Two files of one person are joined: the rows of one get the id of the other, and its own id leads there.
ALTER TABLE "person" ADD COLUMN "merged_into" VARCHAR(26);
CREATE INDEX "person_merged_into" ON "person"("tenant_id", "merged_into");
ALTER TABLE person
  ADD CONSTRAINT person_merged_into_another CHECK (merged_into <> id),
  ADD CONSTRAINT person_merged_left CHECK (merged_into IS NULL OR status = 'left'),
  ADD CONSTRAINT person_merged_into_known FOREIGN KEY (tenant_id, merged_into)
    REFERENCES person (tenant_id, id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "person_merge" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "from_person" VARCHAR(26) NOT NULL,
    "into_person" VARCHAR(26) NOT NULL,
    "reason" TEXT NOT NULL,
    "accepted" TEXT[],
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "items" JSONB NOT NULL,
    "kept" JSONB NOT NULL,
    "undone_by" VARCHAR(26),
    "undone_by_name" JSONB,
    "undone_at" TIMESTAMPTZ(3),
    "undone_reason" TEXT,
    "not_moved_back" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "person_merge_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "person_merge_newest" ON "person_merge"("tenant_id", "at" DESC, "id" DESC);
SELECT guard_tenant_table('person_merge'::regclass);
ALTER TABLE person_merge ADD CONSTRAINT person_merge_people CHECK (from_person <> into_person);
-- A file is joined with one other at a time.
CREATE UNIQUE INDEX person_merge_in_force ON person_merge (tenant_id, from_person) WHERE undone_at IS NULL;

-- What is written for an id that was joined belongs to the file that remains. The lock puts a row that is being
-- written before the merge, which then moves it, or after it.
CREATE FUNCTION follow_merged_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  named text;
  next text;
BEGIN
  CASE TG_ARGV[0]
    WHEN 'driver_id' THEN named := NEW.driver_id;
    WHEN 'host_id' THEN named := NEW.host_id;
    ELSE named := NEW.person_id;
  END CASE;
  IF named IS NULL THEN
    RETURN NEW;
  END IF;
  LOOP
    SELECT merged_into INTO next FROM public.person
      WHERE tenant_id = NEW.tenant_id AND id = named FOR KEY SHARE;
    EXIT WHEN next IS NULL;
    named := next;
  END LOOP;
  CASE TG_ARGV[0]
    WHEN 'driver_id' THEN NEW.driver_id := named;
    WHEN 'host_id' THEN NEW.host_id := named;
    ELSE NEW.person_id := named;
  END CASE;
  RETURN NEW;
END $$;

DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY[
    'app_user', 'work_assignment', 'fence_track', 'fence_event', 'gate_override', 'gate_session', 'gate_sign_on',
    'hazard_penalty', 'obligation', 'person_alias', 'personnel_statement', 'badge_condition', 'violation',
    'violation_candidate', 'post_holding', 'person_sensitive', 'badge', 'consent', 'data_request', 'qualification',
    'safety_entry'
  ] LOOP
    EXECUTE format('CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.%I
      FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person(''person_id'')', target);
  END LOOP;
  FOREACH target IN ARRAY ARRAY['vehicle_event', 'vehicle_pass'] LOOP
    EXECUTE format('CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF driver_id ON public.%I
      FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person(''driver_id'')', target);
  END LOOP;
END $$;
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF host_id ON public.person
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('host_id');
