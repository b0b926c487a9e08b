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

-- What is written for a joined file is that of the one that remains.
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.fence_event_taken_out
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
CREATE TRIGGER follow_merged_removed_driver BEFORE INSERT OR UPDATE OF removed_driver_id ON public.vehicle_event
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('removed_driver_id');
CREATE TRIGGER follow_merged_removed_driver BEFORE INSERT OR UPDATE OF removed_driver_id ON public.vehicle_pass
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('removed_driver_id');
