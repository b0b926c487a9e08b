-- CreateTable
CREATE TABLE "audit_seal" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "position" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "previous" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("tenant_id","position")
);

-- CreateTable
CREATE TABLE "feed_position" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "feed" VARCHAR(64) NOT NULL,
    "settled" BIGINT NOT NULL,

    CONSTRAINT "feed_position_pkey" PRIMARY KEY ("tenant_id","feed")
);

-- CreateTable
CREATE TABLE "outbox_mark" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "feed" VARCHAR(64) NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "outbox_mark_pkey" PRIMARY KEY ("tenant_id","feed","seq")
);

-- CreateTable
CREATE TABLE "audit_rule" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "active" BOOLEAN NOT NULL,
    "params" JSONB NOT NULL,
    "updated_by" VARCHAR(26) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_rule_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "audit_finding" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(128) NOT NULL,
    "user_id" VARCHAR(26),
    "user_name" VARCHAR(128),
    "text" JSONB NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "seqs" BIGINT[],
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_by" VARCHAR(26),
    "handled_at" TIMESTAMPTZ(3),
    "note" TEXT,

    CONSTRAINT "audit_finding_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "url" VARCHAR(2000) NOT NULL,
    "types" TEXT[],
    "active" BOOLEAN NOT NULL DEFAULT true,
    "secret_sealed" TEXT NOT NULL,
    "old_secret_sealed" TEXT,
    "old_secret_until" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "disabled_reason" VARCHAR(256),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "webhook_id" VARCHAR(26) NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "event_id" VARCHAR(26) NOT NULL,
    "type" VARCHAR(128) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "delivery_id" VARCHAR(26) NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ms" INTEGER NOT NULL,
    "status" INTEGER,
    "error" VARCHAR(500),
    "answer" VARCHAR(500),

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("tenant_id","delivery_id","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_tenant_id_seq_key" ON "audit_seal"("tenant_id", "seq");

-- CreateIndex
CREATE INDEX "audit_finding_tenant_id_rule_subject_last_at_idx" ON "audit_finding"("tenant_id", "rule", "subject", "last_at");

-- CreateIndex
CREATE INDEX "audit_finding_tenant_id_found_at_idx" ON "audit_finding"("tenant_id", "found_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_tenant_id_state_next_at_idx" ON "webhook_delivery"("tenant_id", "state", "next_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_tenant_id_webhook_id_event_seq_key" ON "webhook_delivery"("tenant_id", "webhook_id", "event_seq");

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_tenant_id_webhook_id_fkey" FOREIGN KEY ("tenant_id", "webhook_id") REFERENCES "webhook"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_tenant_id_delivery_id_fkey" FOREIGN KEY ("tenant_id", "delivery_id") REFERENCES "webhook_delivery"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'audit_seal', 'feed_position', 'outbox_mark', 'audit_rule', 'audit_finding', 'webhook',
  'webhook_delivery', 'webhook_attempt'
]::regclass[]) AS t;
SELECT make_append_only('audit_seal');

ALTER TABLE audit_seal
  ADD CONSTRAINT audit_seal_hashes CHECK (length(hash) = 32 AND length(previous) = 32),
  ADD CONSTRAINT audit_seal_from_one CHECK (position > 0);
ALTER TABLE audit_finding
  ADD CONSTRAINT audit_finding_severity CHECK (severity IN ('info', 'warning', 'critical')),
  ADD CONSTRAINT audit_finding_handled CHECK ((handled_by IS NULL) = (handled_at IS NULL));
ALTER TABLE webhook_delivery
  ADD CONSTRAINT webhook_delivery_state CHECK (state IN ('pending', 'delivered', 'dead')),
  ADD CONSTRAINT webhook_delivery_finished CHECK ((state = 'pending') = (finished_at IS NULL));
