-- Permits for special work.
CREATE TABLE "permit" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "title" VARCHAR(128) NOT NULL,
    "area_id" VARCHAR(64) NOT NULL,
    "place" VARCHAR(256),
    "description" TEXT NOT NULL,
    "people" TEXT[],
    "others" VARCHAR(256),
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "applicant_id" VARCHAR(26) NOT NULL,
    "approved_by" VARCHAR(26),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "entered_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "permit_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "permit_by_time" ON "permit"("tenant_id", "from_at" DESC, "id" DESC);
CREATE INDEX "permit_in_area" ON "permit"("tenant_id", "area_id");
CREATE INDEX permit_open ON permit (tenant_id, to_at) WHERE closed_at IS NULL;

SELECT guard_tenant_table('permit'::regclass);

ALTER TABLE permit
  ADD CONSTRAINT permit_times CHECK (to_at > from_at),
  ADD CONSTRAINT permit_second_person CHECK (approved_by IS DISTINCT FROM applicant_id),
  ADD CONSTRAINT permit_active_is_approved CHECK (state <> 'active' OR approved_by IS NOT NULL);
