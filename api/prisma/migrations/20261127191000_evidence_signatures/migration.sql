-- Keys by which workers sign evidence, what they signed, and packs of evidence.
CREATE TABLE "evidence_key" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(32) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "public_key" VARCHAR(128) NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_name" VARCHAR(128),
    "revoked_reason" VARCHAR(200),

    CONSTRAINT "evidence_key_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "violation_signature" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "part" VARCHAR(16) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "key_id" VARCHAR(32) NOT NULL,
    "statement" TEXT NOT NULL,
    "signature" VARCHAR(88) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "violation_signature_pkey" PRIMARY KEY ("tenant_id","violation_id","part")
);

CREATE TABLE "evidence_pack" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "originals" BOOLEAN NOT NULL,
    "reason" VARCHAR(200),
    "findings" INTEGER,
    "problem" TEXT,
    "sha256" CHAR(64),
    "bytes" INTEGER,
    "code" VARCHAR(23),
    "origin" VARCHAR(256),
    "requested_by" VARCHAR(26) NOT NULL,
    "requested_user" VARCHAR(128) NOT NULL,
    "requested_name" JSONB NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "evidence_pack_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "evidence_pack_of" ON "evidence_pack"("tenant_id", "incident_id", "id" DESC);
CREATE INDEX "evidence_key_of_worker" ON "evidence_key"("tenant_id", "worker");

SELECT guard_tenant_table(t) FROM unnest(ARRAY['evidence_key', 'violation_signature', 'evidence_pack']::regclass[]) AS t;
SELECT make_append_only('violation_signature'::regclass);

ALTER TABLE violation_signature
  ADD CONSTRAINT violation_signature_part_known CHECK (part IN ('confirmed', 'ended', 'clip')),
  ADD CONSTRAINT violation_signature_state_known CHECK
    (state IN ('signed', 'unknown-key', 'other-worker', 'revoked-key', 'wrong'));
ALTER TABLE evidence_pack
  ADD CONSTRAINT evidence_pack_state_known CHECK (state IN ('waiting', 'ready', 'failed', 'removed'));
