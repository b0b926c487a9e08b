-- Verdicts that were drawn for a second review, with both verdicts.
CREATE TABLE "second_review" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "first_status" VARCHAR(16) NOT NULL,
    "first_reason" VARCHAR(32),
    "first_note" TEXT,
    "first_by" VARCHAR(26) NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_by" VARCHAR(26),
    "lease_since" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "second_status" VARCHAR(16),
    "second_reason" VARCHAR(32),
    "second_note" TEXT,
    "second_by" VARCHAR(26),
    "second_at" TIMESTAMPTZ(3),
    "seconds" INTEGER,
    "cancelled_at" TIMESTAMPTZ(3),
    "settled_how" VARCHAR(16),
    "settled_note" TEXT,
    "settled_by" VARCHAR(26),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "second_review_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "second_review_of_incident" ON "second_review"("tenant_id", "incident_id");
CREATE INDEX "second_review_given" ON "second_review"("tenant_id", "second_at", "id");
SELECT guard_tenant_table('second_review'::regclass);
-- What waits, in the order of the list.
CREATE INDEX second_review_open ON second_review (tenant_id, started_at, id)
  WHERE second_at IS NULL AND cancelled_at IS NULL;
-- The lease of an account.
CREATE INDEX second_review_leased ON second_review (tenant_id, lease_by)
  WHERE second_at IS NULL AND cancelled_at IS NULL;
-- Verdicts that differ and are not settled, in the order of their list.
CREATE INDEX second_review_differing ON second_review (tenant_id, second_at DESC, id DESC)
  WHERE second_at IS NOT NULL AND second_status <> first_status AND settled_at IS NULL;
-- One verdict of an incident waits for its second at a time: the same one is not drawn twice.
CREATE UNIQUE INDEX second_review_once ON second_review (tenant_id, incident_id)
  WHERE second_at IS NULL AND cancelled_at IS NULL;
ALTER TABLE second_review ADD CONSTRAINT second_review_statuses CHECK (
  first_status IN ('confirmed', 'dismissed') AND second_status IN ('confirmed', 'dismissed'));
ALTER TABLE second_review ADD CONSTRAINT second_review_whole CHECK (
  (second_at IS NULL) = (second_by IS NULL) AND (second_at IS NULL) = (second_status IS NULL));
ALTER TABLE second_review ADD CONSTRAINT second_review_two_people CHECK (second_by IS DISTINCT FROM first_by);
ALTER TABLE second_review ADD CONSTRAINT second_review_not_both CHECK (second_at IS NULL OR cancelled_at IS NULL);
-- Only what differs is settled.
ALTER TABLE second_review ADD CONSTRAINT second_review_settled CHECK (
  settled_at IS NULL OR (second_status <> first_status AND settled_how IN ('kept', 'reopened')));

CREATE TABLE "second_review_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "share" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "second_review_setting_pkey" PRIMARY KEY ("tenant_id")
);
SELECT guard_tenant_table('second_review_setting'::regclass);
ALTER TABLE second_review_setting ADD CONSTRAINT second_review_setting_share CHECK (share BETWEEN 0 AND 100);
