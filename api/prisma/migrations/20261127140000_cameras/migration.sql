-- The database holds the cameras, with every version of their configuration.
ALTER TABLE "site" ADD COLUMN "floor_plans" JSONB NOT NULL DEFAULT '[]';

CREATE TABLE "camera" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "config" JSONB NOT NULL,
    "address_id" VARCHAR(26) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by_name" JSONB,

    CONSTRAINT "camera_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "camera_address" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "camera_id" VARCHAR(64) NOT NULL,
    "address_sealed" TEXT NOT NULL,

    CONSTRAINT "camera_address_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "camera_config_version" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "camera_id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "address_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by_user" VARCHAR(26),
    "by_name" JSONB,
    "how" VARCHAR(16) NOT NULL,
    "restored" INTEGER,

    CONSTRAINT "camera_config_version_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "camera_of_site" ON "camera"("tenant_id", "site", "id");
CREATE INDEX "camera_address_of" ON "camera_address"("tenant_id", "camera_id");
CREATE UNIQUE INDEX "camera_config_version_once" ON "camera_config_version"("tenant_id", "camera_id", "version");

ALTER TABLE "camera_address" ADD CONSTRAINT "camera_address_tenant_id_camera_id_fkey" FOREIGN KEY ("tenant_id", "camera_id") REFERENCES "camera"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "camera_config_version" ADD CONSTRAINT "camera_config_version_tenant_id_camera_id_fkey" FOREIGN KEY ("tenant_id", "camera_id") REFERENCES "camera"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'camera', 'camera_address', 'camera_config_version'
]::regclass[]) AS t;

SELECT make_append_only('camera_config_version'::regclass);

ALTER TABLE camera_config_version
  ADD CONSTRAINT camera_config_version_how_known
    CHECK (how IN ('edit', 'seed', 'restore', 'fence', 'import')),
  ADD CONSTRAINT camera_config_version_restored CHECK ((how = 'restore') = (restored IS NOT NULL)),
  ADD CONSTRAINT camera_config_version_by_someone CHECK (how = 'seed' OR by_user IS NOT NULL);
