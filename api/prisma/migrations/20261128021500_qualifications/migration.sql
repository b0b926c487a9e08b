-- Qualifications of people: certificates, appointments, skills, medical fitness.
CREATE TABLE "qualification" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "type" VARCHAR(24) NOT NULL,
    "category" VARCHAR(64) NOT NULL,
    "level" INTEGER,
    "number" VARCHAR(64),
    "number_sealed" TEXT,
    "issuer" VARCHAR(128),
    "issued_on" DATE,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "reviewed_on" DATE,
    "review_due_on" DATE,
    "result" VARCHAR(16),
    "detail_sealed" TEXT,
    "status" VARCHAR(16) NOT NULL,
    "own" BOOLEAN NOT NULL DEFAULT false,
    "entered_by" VARCHAR(26),
    "checked_by" VARCHAR(26),
    "checked_at" TIMESTAMPTZ(3),
    "check_reason" VARCHAR(500),
    "revoked_at" TIMESTAMPTZ(3),
    "revoke_reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "qualification_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "qualification_suspension" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "qualification_id" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3),
    "reason" VARCHAR(500) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "ended_by" VARCHAR(26),
    "end_reason" VARCHAR(500),

    CONSTRAINT "qualification_suspension_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "qualification_of_person" ON "qualification"("tenant_id", "person_id");
CREATE INDEX "qualification_of_category" ON "qualification"("tenant_id", "type", "category");
CREATE INDEX "qualification_suspension_of" ON "qualification_suspension"("tenant_id", "qualification_id");
-- One that is suspended is not suspended a second time.
CREATE UNIQUE INDEX qualification_suspension_open ON qualification_suspension (tenant_id, qualification_id)
  WHERE until_at IS NULL;
CREATE INDEX qualification_waiting ON qualification (tenant_id, created_at) WHERE status = 'waiting';

ALTER TABLE "qualification" ADD CONSTRAINT "qualification_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "qualification_suspension" ADD CONSTRAINT "qualification_suspension_tenant_id_qualification_id_fkey" FOREIGN KEY ("tenant_id", "qualification_id") REFERENCES "qualification"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'qualification', 'qualification_suspension'
]::regclass[]) AS t;

ALTER TABLE qualification
  ADD CONSTRAINT qualification_type_known
    CHECK (type IN ('special-work', 'special-equipment', 'guardian', 'skill', 'fitness')),
  ADD CONSTRAINT qualification_status_known CHECK (status IN ('waiting', 'counted', 'refused', 'withdrawn')),
  ADD CONSTRAINT qualification_in_order CHECK (valid_from <= valid_until),
  ADD CONSTRAINT qualification_level CHECK ((type = 'skill') = (level IS NOT NULL)),
  ADD CONSTRAINT qualification_result CHECK (
    (type = 'fitness') = (result IS NOT NULL) AND result IN ('fit', 'restricted', 'unfit')
    AND (type = 'fitness' OR detail_sealed IS NULL)),
  ADD CONSTRAINT qualification_one_number CHECK (number IS NULL OR number_sealed IS NULL),
  ADD CONSTRAINT qualification_checked CHECK ((status = 'waiting') = (checked_at IS NULL)),
  -- What a person sent of their own counts after the check of another one, whatever program asks.
  ADD CONSTRAINT qualification_second_person
    CHECK (NOT own OR status IN ('waiting', 'withdrawn') OR (checked_by IS NOT NULL AND checked_by <> entered_by)),
  ADD CONSTRAINT qualification_revoked CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL));
ALTER TABLE qualification_suspension
  ADD CONSTRAINT qualification_suspension_order CHECK (until_at >= from_at);
