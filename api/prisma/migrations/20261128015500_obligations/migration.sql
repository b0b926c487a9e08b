-- What falls due for whom or what: one row of each duty, one case of each period, one step of each notice.
CREATE TABLE "obligation" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "source" VARCHAR(128) NOT NULL,
    "subject_kind" VARCHAR(64) NOT NULL,
    "subject_id" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26),
    "name" JSONB,
    "detail" JSONB,
    "department_id" VARCHAR(64),
    "site" VARCHAR(64),
    "zone" VARCHAR(64),
    "due_by" VARCHAR(16) NOT NULL,
    "interval_text" VARCHAR(32),
    "lead_text" VARCHAR(32),
    "anchor_on" DATE,
    "rule" VARCHAR(64),
    "reading" DOUBLE PRECISION,
    "last_evidence" VARCHAR(160),
    "since_on" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_reason" VARCHAR(32),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "obligation_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "obligation_of_source" ON "obligation"("tenant_id", "kind", "source");
CREATE INDEX "obligation_of_subject" ON "obligation"("tenant_id", "subject_kind", "subject_id");
CREATE INDEX "obligation_of_person" ON "obligation"("tenant_id", "person_id");

CREATE TABLE "obligation_case" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "obligation_id" VARCHAR(26) NOT NULL,
    "period" INTEGER NOT NULL,
    "basis" VARCHAR(160),
    "base_on" DATE,
    "meter_base" DOUBLE PRECISION,
    "meter_due" DOUBLE PRECISION,
    "planned_on" DATE,
    "due_on" DATE,
    "sort_on" DATE NOT NULL,
    "opens_on" DATE,
    "opens_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "overdue_at" TIMESTAMPTZ(3),
    "escalates_at" TIMESTAMPTZ(3),
    "look_at" TIMESTAMPTZ(3),
    "told" INTEGER NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3),
    "moved_from" DATE,
    "moved_at" TIMESTAMPTZ(3),
    "postponed_by" VARCHAR(26),
    "postponed_at" TIMESTAMPTZ(3),
    "postpone_reason" VARCHAR(500),
    "ended_at" TIMESTAMPTZ(3),
    "outcome" VARCHAR(16),
    "done_on" DATE,
    "evidence" VARCHAR(160),
    "note" VARCHAR(2000),
    "ended_by" VARCHAR(26),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "obligation_case_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "obligation_case_once" ON "obligation_case"("tenant_id", "obligation_id", "period");
-- The list, and the rows that the job looks at.
CREATE INDEX obligation_case_open ON obligation_case (tenant_id, sort_on, id) WHERE ended_at IS NULL;
CREATE INDEX obligation_case_look ON obligation_case (tenant_id, look_at)
  WHERE ended_at IS NULL AND look_at IS NOT NULL;

CREATE TABLE "obligation_step" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "case_id" VARCHAR(26) NOT NULL,
    "due_on" DATE NOT NULL,
    "step" VARCHAR(16) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "obligation_step_pkey" PRIMARY KEY ("tenant_id","case_id","due_on","step")
);

ALTER TABLE "obligation_case" ADD CONSTRAINT "obligation_case_tenant_id_obligation_id_fkey"
  FOREIGN KEY ("tenant_id", "obligation_id") REFERENCES "obligation"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "obligation_step" ADD CONSTRAINT "obligation_step_tenant_id_case_id_fkey"
  FOREIGN KEY ("tenant_id", "case_id") REFERENCES "obligation_case"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'obligation', 'obligation_case', 'obligation_step'
]::regclass[]) AS t;

ALTER TABLE obligation
  ADD CONSTRAINT obligation_due_by CHECK (due_by IN ('date', 'fixed', 'done', 'meter', 'condition')),
  ADD CONSTRAINT obligation_closed_whole CHECK ((closed_at IS NULL) = (closed_reason IS NULL));
ALTER TABLE obligation_case
  ADD CONSTRAINT obligation_case_outcome CHECK (outcome IN ('done', 'closed')),
  ADD CONSTRAINT obligation_case_ended_whole CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  ADD CONSTRAINT obligation_case_postponed_whole CHECK (
    (postponed_at IS NULL) = (postponed_by IS NULL) AND (postponed_at IS NULL) = (postpone_reason IS NULL)
  );

-- The reminders that these modules had of their own.
ALTER TABLE supplier_qualification DROP COLUMN told;
ALTER TABLE device_file DROP COLUMN told_due;
ALTER TABLE badge ADD COLUMN due_back DATE;
