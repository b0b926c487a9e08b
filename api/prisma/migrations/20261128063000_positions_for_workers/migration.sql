-- Positions of those who agreed, for workers, under handles; who a violation is of, by them.
CREATE TABLE "badge_handle" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "handle" VARCHAR(16) NOT NULL,
    "badge_id" VARCHAR(26),
    "day" DATE NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "badge_handle_pkey" PRIMARY KEY ("tenant_id","handle")
);
CREATE INDEX "badge_handle_of_day" ON "badge_handle"("tenant_id", "day");
CREATE INDEX "badge_handle_of_badge" ON "badge_handle"("tenant_id", "badge_id");
-- A badge, while one person wears it, has one handle a day; another one after a consent was given again.
CREATE UNIQUE INDEX badge_handle_in_use ON badge_handle (tenant_id, badge_id, day) WHERE withdrawn_at IS NULL;
ALTER TABLE badge_handle ADD CONSTRAINT badge_handle_form CHECK (handle ~ '^[A-Za-z0-9_-]{16}$');

CREATE TABLE "reader_place" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "source" VARCHAR(128) NOT NULL,
    "floor_plan" VARCHAR(64) NOT NULL,
    "x" DOUBLE PRECISION,
    "y" DOUBLE PRECISION,
    "radius" DOUBLE PRECISION,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reader_place_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "reader_place_source_once" ON "reader_place"("tenant_id", "source");
ALTER TABLE reader_place
  ADD CONSTRAINT reader_place_whole CHECK (num_nulls(x, y, radius) IN (0, 3)),
  ADD CONSTRAINT reader_place_radius CHECK (radius > 0 AND radius <= 100);

CREATE TABLE "violation_candidate" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "handle" VARCHAR(16) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,

    CONSTRAINT "violation_candidate_pkey" PRIMARY KEY ("tenant_id","violation_id","handle")
);
CREATE INDEX "violation_candidate_of_person" ON "violation_candidate"("tenant_id", "person_id");
ALTER TABLE violation_candidate ADD CONSTRAINT violation_candidate_violation_fkey
  FOREIGN KEY (tenant_id, violation_id) REFERENCES violation (tenant_id, id) ON DELETE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['badge_handle', 'reader_place', 'violation_candidate']::regclass[]) AS t;

ALTER TABLE violation
  ADD COLUMN "person_basis" VARCHAR(16),
  ADD COLUMN "person_reason" VARCHAR(500),
  ADD COLUMN "person_consent_ended_at" TIMESTAMPTZ(3);
