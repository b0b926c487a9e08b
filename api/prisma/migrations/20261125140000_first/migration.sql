-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "tenant" (
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "site" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,

    CONSTRAINT "site_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "role" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "permissions" TEXT[],

    CONSTRAINT "role_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "username" VARCHAR(64) NOT NULL,
    "display_name" JSONB NOT NULL,
    "password_hash" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "user_role" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "role_id" VARCHAR(64) NOT NULL,

    CONSTRAINT "user_role_pkey" PRIMARY KEY ("tenant_id","user_id","role_id")
);

-- CreateTable
CREATE TABLE "evidence" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "media_type" VARCHAR(64) NOT NULL,
    "bytes" INTEGER NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("tenant_id","sha256")
);

-- CreateTable
CREATE TABLE "violation_event_inbox" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "source" VARCHAR(256) NOT NULL,
    "event_id" VARCHAR(128) NOT NULL,
    "type" VARCHAR(128) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "violation_event_inbox_pkey" PRIMARY KEY ("tenant_id","source","event_id")
);

-- CreateTable
CREATE TABLE "violation" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "source" VARCHAR(256) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "rule_id" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "camera_name" JSONB NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "zone" VARCHAR(64),
    "zone_name" JSONB,
    "line" VARCHAR(64),
    "line_name" JSONB,
    "direction" VARCHAR(32),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confidence" DOUBLE PRECISION NOT NULL,
    "track" TEXT NOT NULL,
    "box" JSONB NOT NULL,
    "floor" JSONB,
    "model_name" VARCHAR(64) NOT NULL,
    "model_version" VARCHAR(64) NOT NULL,
    "snapshot_sha256" CHAR(64) NOT NULL,
    "snapshot_width" INTEGER NOT NULL,
    "snapshot_height" INTEGER NOT NULL,
    "snapshot_taken_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot_boxes" JSONB NOT NULL,
    "clip_sha256" CHAR(64),
    "clip_boxes_sha256" CHAR(64),
    "clip_from" TIMESTAMPTZ(3),
    "clip_to" TIMESTAMPTZ(3),
    "clip_duration_seconds" DOUBLE PRECISION,
    "clip_partial" BOOLEAN,
    "clip_missing_reason" VARCHAR(32),
    "clip_missing_message" TEXT,
    "status" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "version" INTEGER NOT NULL DEFAULT 1,
    "reviewed_by" VARCHAR(26),
    "reviewed_by_name" JSONB,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_reason" VARCHAR(32),
    "review_note" TEXT,

    CONSTRAINT "violation_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "verdict" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "version" INTEGER NOT NULL,
    "decision" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(32),
    "note" TEXT,
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verdict_pkey" PRIMARY KEY ("tenant_id","violation_id","version")
);

-- CreateTable
CREATE TABLE "location_latest" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "provider_type" VARCHAR(16) NOT NULL,
    "provider_id" VARCHAR(128) NOT NULL,
    "generated_at" TIMESTAMPTZ(3) NOT NULL,
    "location" JSONB NOT NULL,

    CONSTRAINT "location_latest_pkey" PRIMARY KEY ("tenant_id","provider_type","provider_id")
);

-- CreateTable
CREATE TABLE "location_history" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "provider_type" VARCHAR(16) NOT NULL,
    "provider_id" VARCHAR(128) NOT NULL,
    "generated_at" TIMESTAMPTZ(3) NOT NULL,
    "source" VARCHAR(128) NOT NULL,
    "location" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "location_history_pkey" PRIMARY KEY ("tenant_id","provider_type","provider_id","generated_at","source")
);

-- CreateTable
CREATE TABLE "machine_state" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "machine" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "machine_state_pkey" PRIMARY KEY ("tenant_id","machine")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_tenant_id_username_key" ON "app_user"("tenant_id", "username");

-- CreateIndex
CREATE INDEX "violation_newest" ON "violation"("tenant_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "violation_by_status" ON "violation"("tenant_id", "status", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "violation_by_camera" ON "violation"("tenant_id", "camera", "started_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "user_role" ADD CONSTRAINT "user_role_tenant_id_user_id_fkey" FOREIGN KEY ("tenant_id", "user_id") REFERENCES "app_user"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_role" ADD CONSTRAINT "user_role_tenant_id_role_id_fkey" FOREIGN KEY ("tenant_id", "role_id") REFERENCES "role"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "violation" ADD CONSTRAINT "violation_tenant_id_snapshot_sha256_fkey" FOREIGN KEY ("tenant_id", "snapshot_sha256") REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "violation" ADD CONSTRAINT "violation_tenant_id_clip_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_sha256") REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "violation" ADD CONSTRAINT "violation_tenant_id_clip_boxes_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_boxes_sha256") REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verdict" ADD CONSTRAINT "verdict_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id") REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema has no words for.

-- Each tenant sees its own rows only. The transaction says which tenant it is for; where it says
-- nothing, nothing is visible and nothing can be written. FORCE binds the owner of the tables too.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY[
    'site', 'role', 'app_user', 'user_role', 'evidence', 'violation_event_inbox', 'violation',
    'verdict', 'location_latest', 'location_history', 'machine_state'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I
         USING (tenant_id = current_setting(''app.tenant'', true))
         WITH CHECK (tenant_id = current_setting(''app.tenant'', true))',
      guarded
    );
  END LOOP;
END
$$;

ALTER TABLE violation
  ADD CONSTRAINT violation_status_known CHECK (status IN ('pending', 'confirmed', 'dismissed')),
  ADD CONSTRAINT violation_reviewed_by_someone CHECK ((status = 'pending') = (reviewed_by IS NULL)),
  ADD CONSTRAINT violation_dismissed_with_reason CHECK (status <> 'dismissed' OR review_reason IS NOT NULL),
  ADD CONSTRAINT violation_clip_or_reason CHECK (clip_sha256 IS NULL OR clip_missing_reason IS NULL);

-- The history of verdicts is added to and never changed, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER verdict_append_only BEFORE UPDATE OR DELETE ON verdict
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
