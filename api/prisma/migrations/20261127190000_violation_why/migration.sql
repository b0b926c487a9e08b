-- Why a violation was recorded: what its rule measured, against which thresholds.
ALTER TABLE "violation" ADD COLUMN "why" JSONB;
