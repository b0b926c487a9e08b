-- Sites and floor plans are changed in the app, and cameras can be removed there.
ALTER TABLE "site"
  ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD COLUMN "updated_by_name" JSONB;

CREATE TABLE "site_seed" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "site_seed_pkey" PRIMARY KEY ("tenant_id","id")
);

SELECT guard_tenant_table('site_seed'::regclass);

ALTER TABLE "camera"
  ADD COLUMN "removed_at" TIMESTAMPTZ(3),
  ADD COLUMN "removed_by_name" JSONB;

ALTER TABLE camera_config_version
  DROP CONSTRAINT camera_config_version_how_known,
  ADD CONSTRAINT camera_config_version_how_known
    CHECK (how IN ('edit', 'seed', 'restore', 'fence', 'import', 'removal', 'return'));
