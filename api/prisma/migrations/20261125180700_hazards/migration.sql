-- CreateTable
CREATE TABLE "hazard" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "no" VARCHAR(32) NOT NULL,
    "title" VARCHAR(240) NOT NULL,
    "description" TEXT NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "level" VARCHAR(16),
    "suggested_level" VARCHAR(16) NOT NULL,
    "source" VARCHAR(16) NOT NULL,
    "device" VARCHAR(200),
    "site" VARCHAR(64) NOT NULL,
    "area_id" VARCHAR(64),
    "floor_plan" VARCHAR(64),
    "x" DOUBLE PRECISION,
    "y" DOUBLE PRECISION,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,
    "late" BOOLEAN NOT NULL,
    "reporter_id" VARCHAR(26) NOT NULL,
    "reporter_name" JSONB NOT NULL,
    "department_id" VARCHAR(64),
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "rectify_due_at" TIMESTAMPTZ(3),
    "rectified_at" TIMESTAMPTZ(3),
    "assigned_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "outcome" VARCHAR(16),
    "cost" DECIMAL(14,2),
    "details" JSONB NOT NULL DEFAULT '{}',
    "demo" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "hazard_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "hazard_party" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "hazard_id" VARCHAR(26) NOT NULL,

    CONSTRAINT "hazard_party_pkey" PRIMARY KEY ("tenant_id","user_id","hazard_id")
);

-- CreateTable
CREATE TABLE "hazard_counter" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "day" DATE NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "hazard_counter_pkey" PRIMARY KEY ("tenant_id","day")
);

-- CreateTable
CREATE TABLE "hazard_file" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "hazard_id" VARCHAR(26) NOT NULL,
    "file_id" VARCHAR(64) NOT NULL,
    "role" VARCHAR(16) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "taken_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,

    CONSTRAINT "hazard_file_pkey" PRIMARY KEY ("tenant_id","hazard_id","file_id")
);

-- CreateTable
CREATE TABLE "hazard_link" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "hazard_id" VARCHAR(26) NOT NULL,
    "entity" VARCHAR(32) NOT NULL,
    "entity_id" VARCHAR(128) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hazard_link_pkey" PRIMARY KEY ("tenant_id","hazard_id","entity","entity_id")
);

-- CreateTable
CREATE TABLE "hazard_finding" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "hazard_id" VARCHAR(26) NOT NULL,
    "stage" VARCHAR(16) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "text" JSONB NOT NULL,
    "file_id" VARCHAR(64),
    "other_hazard_id" VARCHAR(26),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hazard_finding_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "hazard_penalty" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "hazard_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "user_name" JSONB NOT NULL,
    "person_id" VARCHAR(26),
    "finding_ids" TEXT[],
    "reason" TEXT NOT NULL,
    "decided_by" VARCHAR(26) NOT NULL,
    "decided_by_name" JSONB NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" VARCHAR(16) NOT NULL DEFAULT 'in-force',
    "appeal" TEXT,
    "appealed_at" TIMESTAMPTZ(3),
    "appeal_decision" TEXT,
    "appeal_by" VARCHAR(26),
    "appeal_ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "hazard_penalty_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "hazard_type" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "default_level" VARCHAR(16) NOT NULL,
    "violation_rules" TEXT[],
    "active" BOOLEAN NOT NULL DEFAULT true,
    "sort" INTEGER NOT NULL DEFAULT 100,

    CONSTRAINT "hazard_type_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "hazard_routing" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "type" VARCHAR(64),
    "level" VARCHAR(16),
    "area_id" VARCHAR(64),
    "department_id" VARCHAR(64) NOT NULL,
    "assignee" VARCHAR(26),
    "sort" INTEGER NOT NULL,

    CONSTRAINT "hazard_routing_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "hazard_routing_version" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "hazard_routing_version_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "hazard_law" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "title" JSONB NOT NULL,
    "text" JSONB NOT NULL,
    "value" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "certainty" VARCHAR(16) NOT NULL,

    CONSTRAINT "hazard_law_pkey" PRIMARY KEY ("tenant_id","id","effective_from")
);

-- CreateIndex
CREATE INDEX "hazard_newest" ON "hazard"("tenant_id", "reported_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "hazard_by_department" ON "hazard"("tenant_id", "department_id", "reported_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "hazard_by_state" ON "hazard"("tenant_id", "state", "reported_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "hazard_recurrence" ON "hazard"("tenant_id", "area_id", "type", "closed_at");

-- CreateIndex
CREATE INDEX "hazard_by_floor_plan" ON "hazard"("tenant_id", "site", "floor_plan", "reported_at");

-- CreateIndex
CREATE UNIQUE INDEX "hazard_tenant_id_no_key" ON "hazard"("tenant_id", "no");

-- CreateIndex
CREATE INDEX "hazard_link_by_entity" ON "hazard_link"("tenant_id", "entity", "entity_id");

-- CreateIndex
CREATE INDEX "hazard_finding_by_hazard" ON "hazard_finding"("tenant_id", "hazard_id");

-- CreateIndex
CREATE INDEX "hazard_penalty_by_user" ON "hazard_penalty"("tenant_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "hazard_penalty_tenant_id_hazard_id_kind_user_id_key" ON "hazard_penalty"("tenant_id", "hazard_id", "kind", "user_id");



-- CreateTable
CREATE TABLE "hazard_site" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "radius" INTEGER NOT NULL,

    CONSTRAINT "hazard_site_pkey" PRIMARY KEY ("tenant_id","site")
);

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'hazard', 'hazard_party', 'hazard_counter', 'hazard_file', 'hazard_link', 'hazard_finding',
  'hazard_penalty', 'hazard_type', 'hazard_routing', 'hazard_routing_version', 'hazard_law',
  'hazard_site'
]::regclass[]) AS t;

SELECT make_append_only(t) FROM unnest(ARRAY[
  'hazard_file', 'hazard_link', 'hazard_finding'
]::regclass[]) AS t;

-- What is still open is a small part of all there ever were; its counts are read from the index alone.
CREATE INDEX hazard_open ON hazard (tenant_id, due_at)
  INCLUDE (id, site, department_id, assignees) WHERE closed_at IS NULL;

-- A violation becomes one hazard, however often and by whomever it is made one.
CREATE UNIQUE INDEX hazard_link_one_per_violation ON hazard_link (tenant_id, entity_id) WHERE entity = 'violation';

ALTER TABLE hazard
  ADD CONSTRAINT hazard_level_known CHECK (level IN ('general', 'major')),
  ADD CONSTRAINT hazard_suggested_level_known CHECK (suggested_level IN ('general', 'major')),
  ADD CONSTRAINT hazard_source_known CHECK (source IN ('phone', 'desk', 'camera', 'warning')),
  ADD CONSTRAINT hazard_outcome_known CHECK (outcome IN ('closed', 'rejected')),
  ADD CONSTRAINT hazard_over_with_outcome CHECK ((closed_at IS NULL) = (outcome IS NULL)),
  ADD CONSTRAINT hazard_closed_with_level CHECK (outcome IS DISTINCT FROM 'closed' OR level IS NOT NULL),
  ADD CONSTRAINT hazard_place_whole CHECK ((x IS NULL) = (y IS NULL)),
  ADD CONSTRAINT hazard_cost_not_negative CHECK (cost >= 0);

ALTER TABLE hazard_penalty
  ADD CONSTRAINT hazard_penalty_kind_known CHECK (kind IN ('false-report', 'forged-rectification')),
  ADD CONSTRAINT hazard_penalty_status_known CHECK (status IN ('in-force', 'appealed', 'upheld', 'revoked'));

-- A report says once and for all who made it, when and what was seen; steps change the rest.
CREATE FUNCTION keep_hazard_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a hazard is closed and never removed';
  END IF;
  IF (NEW.no, NEW.source, NEW.found_at, NEW.reported_at, NEW.late)
     IS DISTINCT FROM (OLD.no, OLD.source, OLD.found_at, OLD.reported_at, OLD.late) THEN
    RAISE EXCEPTION 'the report of a hazard is never changed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER hazard_report_kept BEFORE UPDATE OR DELETE ON hazard
  FOR EACH ROW EXECUTE FUNCTION keep_hazard_report();
