-- CreateTable
CREATE TABLE "data_key" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "data_class" VARCHAR(32) NOT NULL,
    "generation" INTEGER NOT NULL,
    "kek_id" VARCHAR(64) NOT NULL,
    "wrapped" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "wrapped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "destroyed_at" TIMESTAMPTZ(3),

    CONSTRAINT "data_key_pkey" PRIMARY KEY ("tenant_id","data_class","generation")
);

-- CreateTable
CREATE TABLE "key_custody" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "key_id" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "person_name" VARCHAR(128) NOT NULL,
    "handed_over_by" VARCHAR(26),
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by_user" VARCHAR(26),

    CONSTRAINT "key_custody_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "person_sensitive" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "national_id" TEXT,
    "national_id_index" VARCHAR(64),
    "phone" TEXT,
    "phone_index" VARCHAR(64),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_sensitive_pkey" PRIMARY KEY ("tenant_id","person_id")
);

-- CreateTable
CREATE TABLE "equipment_parameter" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "equipment_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "unit" VARCHAR(32),
    "classification" VARCHAR(16) NOT NULL,
    "value" TEXT,
    "sealed" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "equipment_parameter_pkey" PRIMARY KEY ("tenant_id","equipment_id","id")
);

-- CreateTable
CREATE TABLE "badge" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "badge_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "consent_purpose" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "name" JSONB NOT NULL,
    "notice" JSONB NOT NULL,
    "scope" TEXT[],
    "sensitive" BOOLEAN NOT NULL,
    "renew" BOOLEAN NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(26),

    CONSTRAINT "consent_purpose_pkey" PRIMARY KEY ("tenant_id","id","version")
);

-- CreateTable
CREATE TABLE "consent" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "purpose_id" VARCHAR(64) NOT NULL,
    "notice_version" INTEGER NOT NULL,
    "scope" TEXT[],
    "decision" VARCHAR(16) NOT NULL,
    "how" VARCHAR(16) NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "by_user" VARCHAR(26),

    CONSTRAINT "consent_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "data_policy" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "name" JSONB NOT NULL,
    "purpose" JSONB NOT NULL,
    "fields" TEXT[],
    "classification" VARCHAR(16) NOT NULL,
    "personal" BOOLEAN NOT NULL,
    "sensitive" BOOLEAN NOT NULL,
    "legal_basis" JSONB NOT NULL,
    "department_id" VARCHAR(64),
    "person_id" VARCHAR(26),
    "used_by" TEXT[],
    "retention_days" INTEGER,
    "retention_source" JSONB NOT NULL,
    "certainty" VARCHAR(8) NOT NULL,
    "storage" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(26),

    CONSTRAINT "data_policy_pkey" PRIMARY KEY ("tenant_id","id","version")
);

-- CreateTable
CREATE TABLE "purge_proof" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "run_id" VARCHAR(26) NOT NULL,
    "policy_id" VARCHAR(64) NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "cutoff" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "oldest" TIMESTAMPTZ(3),
    "newest" TIMESTAMPTZ(3),
    "digest" CHAR(64) NOT NULL,
    "files" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "by_user" VARCHAR(26),

    CONSTRAINT "purge_proof_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "purged_file" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "run_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "purged_file_pkey" PRIMARY KEY ("tenant_id","sha256")
);

-- CreateTable
CREATE TABLE "data_request" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "text" TEXT NOT NULL,
    "fields" TEXT,
    "state" VARCHAR(16) NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" VARCHAR(26),
    "answer" TEXT,
    "result" JSONB,

    CONSTRAINT "data_request_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "impact_assessment" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "title" JSONB NOT NULL,
    "purposes" TEXT[],
    "necessity" TEXT NOT NULL,
    "risks" JSONB NOT NULL,
    "measures" TEXT NOT NULL,
    "conclusion" VARCHAR(16) NOT NULL,
    "assessed_on" DATE NOT NULL,
    "keep_until" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(26),

    CONSTRAINT "impact_assessment_pkey" PRIMARY KEY ("tenant_id","id","version")
);

-- CreateTable
CREATE TABLE "privacy_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "min_group_size" INTEGER NOT NULL DEFAULT 5,
    "answer_days" INTEGER NOT NULL DEFAULT 15,

    CONSTRAINT "privacy_setting_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE INDEX "person_sensitive_tenant_id_phone_index_idx" ON "person_sensitive"("tenant_id", "phone_index");

-- CreateIndex
CREATE UNIQUE INDEX "person_sensitive_tenant_id_national_id_index_key" ON "person_sensitive"("tenant_id", "national_id_index");

-- CreateIndex
CREATE INDEX "badge_tenant_id_badge_since_idx" ON "badge"("tenant_id", "badge", "since");

-- CreateIndex
CREATE INDEX "badge_tenant_id_person_id_idx" ON "badge"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "consent_newest" ON "consent"("tenant_id", "person_id", "purpose_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "purge_proof_tenant_id_run_id_idx" ON "purge_proof"("tenant_id", "run_id");

-- CreateIndex
CREATE INDEX "data_request_tenant_id_person_id_idx" ON "data_request"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "data_request_tenant_id_state_due_at_idx" ON "data_request"("tenant_id", "state", "due_at");

-- CreateIndex
CREATE INDEX "location_history_by_time" ON "location_history" USING BRIN ("generated_at");

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'data_key', 'key_custody', 'person_sensitive', 'equipment_parameter', 'badge',
  'consent_purpose', 'consent', 'data_policy', 'purge_proof', 'purged_file',
  'data_request', 'impact_assessment', 'privacy_setting'
]::regclass[]) AS t;

SELECT make_append_only(t) FROM unnest(ARRAY[
  'key_custody', 'consent_purpose', 'consent', 'data_policy', 'purge_proof', 'purged_file', 'impact_assessment'
]::regclass[]) AS t;

ALTER TABLE person_sensitive
  ADD CONSTRAINT national_id_sealed CHECK (national_id IS NULL OR national_id LIKE 's1:%'),
  ADD CONSTRAINT phone_sealed CHECK (phone IS NULL OR phone LIKE 's1:%');
ALTER TABLE equipment_parameter
  ADD CONSTRAINT parameter_classification_known
    CHECK (classification IN ('public', 'internal', 'secret', 'trade-secret')),
  -- What is secret lies encrypted, or not at all.
  ADD CONSTRAINT parameter_sealed CHECK (
    CASE WHEN classification IN ('secret', 'trade-secret') THEN value IS NULL AND sealed LIKE 's1:%'
    ELSE sealed IS NULL END);
ALTER TABLE consent
  ADD CONSTRAINT consent_decision_known CHECK (decision IN ('given', 'refused', 'withdrawn'));
ALTER TABLE data_policy
  ADD CONSTRAINT retention_is_a_time CHECK (retention_days IS NULL OR retention_days > 0);
ALTER TABLE data_request
  ADD CONSTRAINT request_sealed CHECK (text LIKE 's1:%' AND (fields IS NULL OR fields LIKE 's1:%')),
  ADD CONSTRAINT request_state_known CHECK (state IN ('open', 'granted', 'partly', 'refused')),
  ADD CONSTRAINT request_decided CHECK ((state = 'open') = (decided_at IS NULL));
-- PIPL article 56: at least three years.
ALTER TABLE impact_assessment
  ADD CONSTRAINT kept_three_years CHECK (keep_until >= assessed_on + interval '3 years');
ALTER TABLE privacy_setting
  ADD CONSTRAINT group_size_hides CHECK (min_group_size >= 2);

-- A badge is worn by one person at a time.
CREATE UNIQUE INDEX badge_worn_by_one ON badge (tenant_id, badge, (until IS NULL)) WHERE until IS NULL;

-- The record that an event was taken is needed as long as it may be sent again. The application may
-- not delete from the table; this does, within the tenant of the transaction, and nothing younger
-- than 30 days.
CREATE FUNCTION purge_violation_inbox(cutoff timestamptz, most int)
RETURNS TABLE (source text, event_id text, received_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  DELETE FROM violation_event_inbox v USING (
    SELECT i.tenant_id, i.source, i.event_id FROM violation_event_inbox i
    -- The policies do not bind an owner who is a superuser.
    WHERE i.tenant_id = current_setting('app.tenant', true)
      AND i.received_at < least(cutoff, now() - interval '30 days') LIMIT most
  ) old
  WHERE (v.tenant_id, v.source, v.event_id) = (old.tenant_id, old.source, old.event_id)
  RETURNING v.source, v.event_id, v.received_at
$$;
