-- Version 2 of the contract of violations (decision 41): what it is about, the actor over several tracks,
-- the path on the floor, the missing item, what armed the rule, who it was.
ALTER TABLE "violation"
  ADD COLUMN "item" VARCHAR(64),
  ADD COLUMN "subject" VARCHAR(16) NOT NULL DEFAULT 'person',
  ADD COLUMN "actor" VARCHAR(64),
  ADD COLUMN "tracks" TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "path" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "arming" JSONB,
  ADD COLUMN "identity" JSONB,
  ALTER COLUMN "box" DROP NOT NULL;

-- The owner of the tables is bound by row-level security; the rows of all tenants are changed.
ALTER TABLE "violation" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "hazard_type" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "model_drop" NO FORCE ROW LEVEL SECURITY;

UPDATE "violation" SET
  "tracks" = ARRAY["track"],
  "arming" = CASE WHEN "machine" IS NULL THEN NULL
    ELSE jsonb_build_object('by', 'machine', 'machine', "machine") END,
  "item" = CASE "rule" WHEN 'missing-helmet' THEN 'helmet' WHEN 'missing-vest' THEN 'vest' END,
  "rule" = CASE WHEN "rule" IN ('missing-helmet', 'missing-vest') THEN 'missing-ppe' ELSE "rule" END;
UPDATE "hazard_type" SET "violation_rules" = array_replace(
  array_replace("violation_rules", 'missing-helmet', 'missing-ppe/helmet'),
  'missing-vest', 'missing-ppe/vest');
ALTER TABLE "model_drop" DISABLE TRIGGER "append_only";
UPDATE "model_drop" SET "rule" =
  CASE "rule" WHEN 'missing-helmet' THEN 'missing-ppe/helmet' ELSE 'missing-ppe/vest' END
  WHERE "rule" IN ('missing-helmet', 'missing-vest');
ALTER TABLE "model_drop" ENABLE TRIGGER "append_only";

ALTER TABLE "violation" FORCE ROW LEVEL SECURITY;
ALTER TABLE "hazard_type" FORCE ROW LEVEL SECURITY;
ALTER TABLE "model_drop" FORCE ROW LEVEL SECURITY;

ALTER TABLE "violation"
  ALTER COLUMN "subject" DROP DEFAULT,
  ALTER COLUMN "tracks" DROP DEFAULT,
  ALTER COLUMN "path" DROP DEFAULT,
  DROP COLUMN "track",
  DROP COLUMN "machine",
  ADD CONSTRAINT "violation_item_of_ppe" CHECK (("item" IS NOT NULL) = ("rule" = 'missing-ppe')),
  ADD CONSTRAINT "violation_actor_is_person" CHECK ("actor" IS NULL OR "subject" = 'person');
