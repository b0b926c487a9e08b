-- Credentials of devices: a secret for each device and each purpose.
CREATE TABLE "device_credential" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "note" VARCHAR(200),
    "speaks_for" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "key_id" VARCHAR(16) NOT NULL,
    "salt" VARCHAR(32) NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "old_key_id" VARCHAR(16),
    "old_salt" VARCHAR(32),
    "old_hash" CHAR(64),
    "old_until" TIMESTAMPTZ(3),
    "old_used_at" TIMESTAMPTZ(3),
    "origin" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_name" VARCHAR(128),
    "rotated_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_name" VARCHAR(128),
    "revoked_reason" VARCHAR(200),
    "expires_at" TIMESTAMPTZ(3),
    "first_used_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_from" VARCHAR(64),
    "refused_count" INTEGER NOT NULL DEFAULT 0,
    "refused_at" TIMESTAMPTZ(3),
    "refused_from" VARCHAR(64),
    "refused_reason" VARCHAR(16),
    "refused_told_at" TIMESTAMPTZ(3),
    "unused_told_at" TIMESTAMPTZ(3),
    "live_key_id" VARCHAR(16),
    "live_public_key" VARCHAR(128),
    "live_private_sealed" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "device_credential_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "device_credential_key_once" ON "device_credential"("tenant_id", "key_id");
CREATE INDEX "device_credential_old_key" ON "device_credential"("tenant_id", "old_key_id");
CREATE INDEX "device_credential_by_name" ON "device_credential"("tenant_id", "kind", "name", "id");

ALTER TABLE "evidence" ADD COLUMN "stored_by" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What Prisma's schema has no words for.

-- One that counts for each name; the revoked ones stay beside it.
CREATE UNIQUE INDEX device_credential_one_in_force ON device_credential (tenant_id, kind, name)
  WHERE revoked_at IS NULL;

SELECT guard_tenant_table('device_credential'::regclass);

ALTER TABLE device_credential
  ADD CONSTRAINT device_credential_kind_known
    CHECK (kind IN ('reader', 'tracker', 'machine', 'worker', 'gateway', 'shared')),
  ADD CONSTRAINT device_credential_origin_known CHECK (origin IN ('page', 'enrolled', 'settings')),
  ADD CONSTRAINT device_credential_old_whole CHECK (num_nulls(old_key_id, old_salt, old_hash, old_until) IN (0, 4)),
  ADD CONSTRAINT device_credential_live_whole
    CHECK (num_nulls(live_key_id, live_public_key, live_private_sealed) IN (0, 3)
       AND (live_key_id IS NULL OR kind = 'worker')),
  ADD CONSTRAINT device_credential_gateway_alone CHECK (cardinality(speaks_for) = 0 OR kind = 'gateway');
