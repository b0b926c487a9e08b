-- Corrections of who wore a badge, and the binding by which a candidate of a violation was found.
CREATE TABLE "badge_correction" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "binding_id" VARCHAR(26) NOT NULL,
    "from_person" VARCHAR(26) NOT NULL,
    "to_person" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "moved" JSONB NOT NULL,
    "kept" JSONB NOT NULL,
    "undone_by" VARCHAR(26),
    "undone_by_name" JSONB,
    "undone_at" TIMESTAMPTZ(3),
    "undone_reason" TEXT,
    "not_moved_back" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "badge_correction_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "badge_correction_newest" ON "badge_correction"("tenant_id", "at" DESC, "id" DESC);
SELECT guard_tenant_table('badge_correction'::regclass);
ALTER TABLE badge_correction
  ADD CONSTRAINT badge_correction_people CHECK (from_person <> to_person),
  ADD CONSTRAINT badge_correction_times CHECK (to_at > from_at);

ALTER TABLE violation_candidate ADD COLUMN "badge_id" VARCHAR(26);
UPDATE violation_candidate c SET badge_id = h.badge_id FROM badge_handle h
  WHERE h.tenant_id = c.tenant_id AND h.handle = c.handle;
CREATE INDEX "violation_candidate_of_badge" ON "violation_candidate"("tenant_id", "badge_id");
