-- CreateTable
CREATE TABLE "upload" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "announced_type" VARCHAR(128) NOT NULL,
    "bytes" BIGINT NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'coming',
    "problem" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checking_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "media_type" VARCHAR(128) NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "shown_sha256" CHAR(64) NOT NULL,
    "shown_bytes" BIGINT NOT NULL,
    "shown_type" VARCHAR(128) NOT NULL,
    "preview_sha256" CHAR(64),
    "preview_bytes" BIGINT,
    "perceptual_hash" CHAR(16),
    "width" INTEGER,
    "height" INTEGER,
    "duration_seconds" DOUBLE PRECISION,
    "taken_at" TIMESTAMPTZ(3),
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "uploaded_by" VARCHAR(26) NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scan" VARCHAR(16) NOT NULL,
    "scanned_at" TIMESTAMPTZ(3),
    "entity" VARCHAR(64),
    "entity_id" VARCHAR(128),
    "role" VARCHAR(64),
    "attached_at" TIMESTAMPTZ(3),

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "backup_run" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "archive" VARCHAR(256),
    "bytes" BIGINT,
    "detail" JSONB NOT NULL,

    CONSTRAINT "backup_run_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "upload_tenant_id_user_id_state_idx" ON "upload"("tenant_id", "user_id", "state");

-- CreateIndex
CREATE INDEX "upload_tenant_id_state_created_at_idx" ON "upload"("tenant_id", "state", "created_at");

-- CreateIndex
CREATE INDEX "stored_file_tenant_id_entity_entity_id_idx" ON "stored_file"("tenant_id", "entity", "entity_id");

-- CreateIndex
CREATE INDEX "stored_file_tenant_id_sha256_idx" ON "stored_file"("tenant_id", "sha256");

-- CreateIndex
CREATE INDEX "stored_file_tenant_id_shown_sha256_idx" ON "stored_file"("tenant_id", "shown_sha256");

-- CreateIndex
CREATE INDEX "stored_file_tenant_id_preview_sha256_idx" ON "stored_file"("tenant_id", "preview_sha256");

-- CreateIndex
CREATE INDEX "backup_run_tenant_id_kind_finished_at_idx" ON "backup_run"("tenant_id", "kind", "finished_at" DESC);



-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY['upload', 'stored_file', 'backup_run']::regclass[]) AS t;
SELECT make_append_only('backup_run');

ALTER TABLE upload
  ADD CONSTRAINT upload_state_known CHECK (state IN ('coming', 'received', 'stored', 'refused')),
  ADD CONSTRAINT upload_refused_why CHECK ((state = 'refused') = (problem IS NOT NULL)),
  ADD CONSTRAINT upload_bytes CHECK (bytes > 0);
ALTER TABLE stored_file
  ADD CONSTRAINT stored_file_kind_known CHECK (kind IN ('photo', 'video', 'audio', 'document')),
  ADD CONSTRAINT stored_file_scan_known CHECK (scan IN ('clean', 'unscanned', 'pending', 'infected')),
  ADD CONSTRAINT stored_file_attached_whole CHECK (
    (entity IS NULL) = (entity_id IS NULL) AND (entity IS NULL) = (role IS NULL)
    AND (entity IS NULL) = (attached_at IS NULL)),
  ADD CONSTRAINT stored_file_place_whole CHECK ((latitude IS NULL) = (longitude IS NULL)),
  ADD CONSTRAINT stored_file_hash CHECK (perceptual_hash ~ '^[0-9a-f]{16}$');

-- Alike pictures: the hashes of a tenant are read from the index alone.
CREATE INDEX stored_file_pictures ON stored_file (tenant_id, perceptual_hash, id)
  WHERE perceptual_hash IS NOT NULL AND entity IS NOT NULL;
-- What waits for the scanner, and what nobody attached.
CREATE INDEX stored_file_to_scan ON stored_file (tenant_id, uploaded_at) WHERE scan = 'pending';
CREATE INDEX stored_file_free ON stored_file (tenant_id, uploaded_at) WHERE entity IS NULL;

-- How many of the 64 bits of two perceptual hashes differ.
CREATE FUNCTION perceptual_distance(a text, b text) RETURNS integer
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN bit_count(('x' || a)::bit(64) # ('x' || b)::bit(64))::integer;
