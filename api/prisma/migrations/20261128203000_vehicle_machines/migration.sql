-- The machine of the vehicle at that time: who had signed on does not change with the machine that it has later.
ALTER TABLE vehicle_event ADD COLUMN "machine_id" VARCHAR(64);
ALTER TABLE vehicle_pass ADD COLUMN "machine_id" VARCHAR(64);
UPDATE vehicle_event e SET machine_id = v.machine_id FROM vehicle v WHERE v.tenant_id = e.tenant_id AND v.id = e.vehicle_id;
UPDATE vehicle_pass p SET machine_id = v.machine_id FROM vehicle v WHERE v.tenant_id = p.tenant_id AND v.id = p.vehicle_id;
CREATE INDEX "vehicle_event_of_machine" ON "vehicle_event"("tenant_id", "machine_id", "begun_at");
CREATE INDEX "vehicle_pass_of_machine" ON "vehicle_pass"("tenant_id", "machine_id", "at");
