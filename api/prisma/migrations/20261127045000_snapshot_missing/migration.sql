-- A violation is recorded also where the camera worker had no room for its picture.
ALTER TABLE "violation"
  ALTER COLUMN "snapshot_sha256" DROP NOT NULL,
  ALTER COLUMN "snapshot_width" DROP NOT NULL,
  ALTER COLUMN "snapshot_height" DROP NOT NULL,
  ALTER COLUMN "snapshot_taken_at" DROP NOT NULL,
  ALTER COLUMN "snapshot_boxes" DROP NOT NULL,
  ADD COLUMN "snapshot_missing_reason" VARCHAR(32),
  ADD COLUMN "snapshot_missing_message" TEXT,
  ADD CONSTRAINT "violation_snapshot_or_reason" CHECK (
    num_nonnulls("snapshot_sha256", "snapshot_width", "snapshot_height", "snapshot_taken_at", "snapshot_boxes")
      = CASE WHEN "snapshot_missing_reason" IS NULL THEN 5 ELSE 0 END
  );
