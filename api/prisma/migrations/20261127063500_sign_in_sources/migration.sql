-- Wrong tries are counted for each source of a name, so that an outsider does not lock out its owner.
ALTER TABLE "sign_in_throttle" ADD COLUMN "source" VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE "sign_in_throttle" DROP CONSTRAINT "sign_in_throttle_pkey",
  ADD CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("tenant_id", "name_hash", "source");
