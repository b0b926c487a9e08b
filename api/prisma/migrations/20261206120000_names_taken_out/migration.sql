-- What a correction of a badge took out of an event at a fence, so that its undoing brings it back.
CREATE TABLE "fence_event_taken_out" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "event_id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "reasons" JSONB NOT NULL,
    "note" VARCHAR(500),

    CONSTRAINT "fence_event_taken_out_pkey" PRIMARY KEY ("tenant_id","event_id")
);
CREATE INDEX "fence_event_taken_out_by_badge" ON "fence_event_taken_out"("tenant_id", "badge");
CREATE INDEX "fence_event_taken_out_of_person" ON "fence_event_taken_out"("tenant_id", "person_id");
ALTER TABLE "fence_event_taken_out" ADD CONSTRAINT "fence_event_taken_out_tenant_id_event_id_fkey" FOREIGN KEY ("tenant_id", "event_id") REFERENCES "fence_event"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT guard_tenant_table('fence_event_taken_out'::regclass);

-- The driver whose name was taken out.
ALTER TABLE vehicle_event ADD COLUMN "removed_driver_id" VARCHAR(26);
ALTER TABLE vehicle_pass ADD COLUMN "removed_driver_id" VARCHAR(26);
CREATE INDEX "vehicle_event_of_removed_driver" ON "vehicle_event"("tenant_id", "removed_driver_id");
CREATE INDEX "vehicle_pass_of_removed_driver" ON "vehicle_pass"("tenant_id", "removed_driver_id");

-- What is written for a joined file is that of the one that remains: by the columns that have come since, too.
CREATE OR REPLACE FUNCTION follow_merged_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  named text;
  next text;
BEGIN
  CASE TG_ARGV[0]
    WHEN 'driver_id' THEN named := NEW.driver_id;
    WHEN 'host_id' THEN named := NEW.host_id;
    WHEN 'removed_driver_id' THEN named := NEW.removed_driver_id;
    WHEN 'responsible_person' THEN named := NEW.responsible_person;
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
    WHEN 'removed_driver_id' THEN NEW.removed_driver_id := named;
    WHEN 'responsible_person' THEN NEW.responsible_person := named;
    ELSE NEW.person_id := named;
  END CASE;
  RETURN NEW;
END $$;
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.fence_event_taken_out
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
CREATE TRIGGER follow_merged_removed_driver BEFORE INSERT OR UPDATE OF removed_driver_id ON public.vehicle_event
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('removed_driver_id');
CREATE TRIGGER follow_merged_removed_driver BEFORE INSERT OR UPDATE OF removed_driver_id ON public.vehicle_pass
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('removed_driver_id');
