-- The safety file of a person: what reviewers confirmed of them, what became of it, and objections.
CREATE TABLE "safety_entry" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "verdict_version" INTEGER NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "item" VARCHAR(64),
    "kind_name" JSONB NOT NULL,
    "rule_id" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "model_name" VARCHAR(64) NOT NULL,
    "model_version" VARCHAR(64) NOT NULL,
    "model_log_id" VARCHAR(26),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "area_id" VARCHAR(64),
    "area_name" JSONB,
    "camera" VARCHAR(64) NOT NULL,
    "camera_name" JSONB NOT NULL,
    "zone_name" JSONB,
    "floor_plan" VARCHAR(64),
    "floor" JSONB,
    "confidence" DOUBLE PRECISION NOT NULL,
    "basis" VARCHAR(16) NOT NULL,
    "basis_reason" VARCHAR(500),
    "posterior" DOUBLE PRECISION,
    "explanation" JSONB NOT NULL,
    "reviewer_id" VARCHAR(26) NOT NULL,
    "reviewer_name" JSONB NOT NULL,
    "review_note" TEXT,
    "reviewed_at" TIMESTAMPTZ(3) NOT NULL,
    "object_until" TIMESTAMPTZ(3) NOT NULL,
    "told" BOOLEAN NOT NULL,
    "correction_id" VARCHAR(26),
    "written_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "safety_entry_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "safety_entry_of_person" ON "safety_entry"("tenant_id", "person_id", "started_at" DESC, "id" DESC);
CREATE INDEX "safety_entry_of_violation" ON "safety_entry"("tenant_id", "violation_id");

CREATE TABLE "safety_entry_change" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "entry_id" VARCHAR(26) NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "reason" TEXT,
    "correction_id" VARCHAR(26),
    "by_user" VARCHAR(26),
    "by_name" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "safety_entry_change_pkey" PRIMARY KEY ("tenant_id","entry_id","number")
);

CREATE TABLE "violation_objection" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "entry_id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "text" TEXT NOT NULL,
    "filed_by" VARCHAR(26) NOT NULL,
    "filed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "decided_by" VARCHAR(26),
    "decided_by_name" JSONB,
    "decided_at" TIMESTAMPTZ(3),
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "violation_objection_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "violation_objection_once" ON "violation_objection"("tenant_id", "entry_id");
CREATE INDEX "violation_objection_newest" ON "violation_objection"("tenant_id", "filed_at" DESC, "id" DESC);

CREATE TABLE "safety_file_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "objection_days" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "safety_file_setting_pkey" PRIMARY KEY ("tenant_id")
);

-- Who may not judge, once no name is left that says so.
CREATE TABLE "violation_recusal" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "mark" CHAR(64) NOT NULL,

    CONSTRAINT "violation_recusal_pkey" PRIMARY KEY ("tenant_id","violation_id","mark")
);

ALTER TABLE "safety_entry_change" ADD CONSTRAINT "safety_entry_change_tenant_id_entry_id_fkey" FOREIGN KEY ("tenant_id", "entry_id") REFERENCES "safety_entry"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "violation_objection" ADD CONSTRAINT "violation_objection_tenant_id_entry_id_fkey" FOREIGN KEY ("tenant_id", "entry_id") REFERENCES "safety_entry"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "violation_recusal" ADD CONSTRAINT "violation_recusal_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id") REFERENCES "violation"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'safety_entry', 'safety_entry_change', 'violation_objection', 'safety_file_setting', 'violation_recusal']::regclass[]) AS t;
SELECT make_append_only(t) FROM unnest(ARRAY['safety_entry', 'safety_entry_change']::regclass[]) AS t;

ALTER TABLE safety_entry
  ADD CONSTRAINT safety_entry_basis CHECK (basis IN ('badge', 'reviewer')),
  ADD CONSTRAINT safety_entry_reason CHECK ((basis = 'reviewer') = (basis_reason IS NOT NULL));
ALTER TABLE safety_entry_change
  ADD CONSTRAINT safety_entry_change_kind CHECK (kind IN ('taken-back', 'withdrawn', 'moved', 'restored'));
ALTER TABLE safety_file_setting
  ADD CONSTRAINT safety_file_setting_days CHECK (objection_days BETWEEN 1 AND 365);
-- The person does not decide on the own objection, whatever the program says.
ALTER TABLE violation_objection
  ADD CONSTRAINT violation_objection_second_person CHECK (decided_by IS DISTINCT FROM filed_by);
