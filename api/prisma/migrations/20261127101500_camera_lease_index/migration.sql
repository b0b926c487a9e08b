-- Who held a camera is asked for each event, also by worker.
CREATE INDEX "camera_lease_tenant_id_camera_worker_held_from_idx" ON "camera_lease"("tenant_id", "camera", "worker", "held_from" DESC);
