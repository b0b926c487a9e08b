-- The last picture of a camera before it was lost, with blurred faces, or why there is none.
CREATE TABLE "device_outage_still" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "outage_id" VARCHAR(26) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_at" TIMESTAMPTZ(3),
    "missing" VARCHAR(16),
    "jpeg_sealed" TEXT,

    CONSTRAINT "device_outage_still_pkey" PRIMARY KEY ("tenant_id","outage_id")
);
CREATE INDEX "device_outage_still_stored" ON "device_outage_still"("tenant_id", "stored_at");
SELECT guard_tenant_table('device_outage_still'::regclass);
-- It never outlives its outage.
ALTER TABLE device_outage_still ADD CONSTRAINT device_outage_still_of
  FOREIGN KEY (tenant_id, outage_id) REFERENCES device_outage (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE device_outage_still ADD CONSTRAINT device_outage_still_missing_known
  CHECK (missing IN ('no-picture', 'not-blurred'));
ALTER TABLE device_outage_still ADD CONSTRAINT device_outage_still_whole CHECK (
  (jpeg_sealed IS NULL) = (missing IS NOT NULL) AND (jpeg_sealed IS NULL) = (taken_at IS NULL));
