-- Incidents: the findings of one act, over rules, tracks and cameras.
CREATE TABLE "incident" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "severity" VARCHAR(16) NOT NULL,
    "rules" TEXT[],
    "cameras" TEXT[],
    "main_id" VARCHAR(26) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "findings" INTEGER NOT NULL,
    "undecided" INTEGER NOT NULL,
    "taken_out" INTEGER NOT NULL DEFAULT 0,
    "told" VARCHAR(16),
    "version" INTEGER NOT NULL DEFAULT 1,
    "reviewed_by" VARCHAR(26),
    "reviewed_by_name" JSONB,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_reason" VARCHAR(32),
    "review_note" TEXT,
    "merged_into" VARCHAR(26),

    CONSTRAINT "incident_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "incident_finding" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "finding_id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "why" JSONB,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_out_reason" VARCHAR(32),
    "taken_out_note" TEXT,
    "taken_out_by" VARCHAR(26),
    "taken_out_by_name" JSONB,
    "taken_out_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_finding_pkey" PRIMARY KEY ("tenant_id","finding_id")
);

CREATE TABLE "incident_link" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "finding_id" VARCHAR(26) NOT NULL,
    "person_finding_id" VARCHAR(26) NOT NULL,

    CONSTRAINT "incident_link_pkey" PRIMARY KEY ("tenant_id","finding_id","person_finding_id")
);

CREATE TABLE "incident_operation" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "other_id" VARCHAR(26),
    "kind" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(500),
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "before" JSONB NOT NULL,
    "undone_by" VARCHAR(26),
    "undone_by_name" JSONB,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_operation_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "incident_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "gap_seconds" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "incident_setting_pkey" PRIMARY KEY ("tenant_id","site")
);

CREATE INDEX "incident_finding_of" ON "incident_finding"("tenant_id", "incident_id");
CREATE INDEX "incident_link_of_person" ON "incident_link"("tenant_id", "person_finding_id");
CREATE INDEX "incident_operation_of" ON "incident_operation"("tenant_id", "incident_id");
CREATE INDEX "incident_operation_of_other" ON "incident_operation"("tenant_id", "other_id");
CREATE INDEX incident_newest ON incident (tenant_id, started_at DESC, id DESC) WHERE merged_into IS NULL;
CREATE INDEX incident_waiting ON incident (tenant_id, started_at DESC, id DESC) WHERE merged_into IS NULL AND undecided > 0;
-- The neighbourhood of a finding: its actor, and what other cameras confirmed at about the same time.
CREATE INDEX violation_by_actor ON violation (tenant_id, camera, actor, started_at);
CREATE INDEX violation_by_confirmation ON violation (tenant_id, site, confirmed_at);

ALTER TABLE "incident_finding" ADD CONSTRAINT "incident_finding_tenant_id_incident_id_fkey" FOREIGN KEY ("tenant_id", "incident_id") REFERENCES "incident"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "incident_finding" ADD CONSTRAINT "incident_finding_tenant_id_finding_id_fkey" FOREIGN KEY ("tenant_id", "finding_id") REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE incident
  ADD CONSTRAINT incident_subject_known CHECK (subject IN ('person', 'zone', 'machine')),
  ADD CONSTRAINT incident_status_known CHECK (status IN ('pending', 'confirmed', 'dismissed')),
  ADD CONSTRAINT incident_reviewed_by_someone CHECK ((status = 'pending') = (reviewed_by IS NULL)),
  ADD CONSTRAINT incident_merged_into_another CHECK (merged_into <> id);
ALTER TABLE incident_finding
  ADD CONSTRAINT incident_finding_taken_out_by_someone
    CHECK (num_nulls(taken_out_reason, taken_out_by, taken_out_at) IN (0, 3));
ALTER TABLE incident_operation
  ADD CONSTRAINT incident_operation_kind_known CHECK (kind IN ('take-out', 'split', 'join'));
ALTER TABLE incident_setting
  ADD CONSTRAINT incident_setting_gap CHECK (gap_seconds BETWEEN 0 AND 120);

-- Each violation of before is an incident of its own: what was joined would change verdicts. Nobody is
-- told of them again. Row-level security holds the owner of the table, too.
ALTER TABLE violation NO FORCE ROW LEVEL SECURITY;
INSERT INTO incident (tenant_id, id, site, subject, status, severity, rules, cameras, main_id, started_at,
  last_at, opened_at, findings, undecided, told, reviewed_by, reviewed_by_name, reviewed_at, review_reason,
  review_note)
SELECT tenant_id, id, site, subject, status, severity, ARRAY[rule || coalesce('/' || item, '')], ARRAY[camera], id, started_at,
  GREATEST(confirmed_at, ended_at), recorded_at, 1, (status = 'pending')::int, 'critical', reviewed_by,
  reviewed_by_name, reviewed_at, review_reason, review_note
FROM violation;
INSERT INTO incident_finding (tenant_id, finding_id, incident_id, joined_at)
SELECT tenant_id, id, id, recorded_at FROM violation;
ALTER TABLE violation FORCE ROW LEVEL SECURITY;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'incident', 'incident_finding', 'incident_link', 'incident_operation', 'incident_setting'
]::regclass[]) AS t;
