-- Two files that look like one person and are of two: said by a person, and not listed as doubles again.
CREATE TABLE "person_distinct" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "first_person" VARCHAR(26) NOT NULL,
    "second_person" VARCHAR(26) NOT NULL,
    "reason" TEXT NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_by" VARCHAR(26),
    "ended_by_name" JSONB,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_distinct_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "person_distinct_newest" ON "person_distinct"("tenant_id", "at" DESC, "id" DESC);
SELECT guard_tenant_table('person_distinct'::regclass);
ALTER TABLE person_distinct ADD CONSTRAINT person_distinct_in_order CHECK (first_person < second_person);
-- One mark in force for each pair.
CREATE UNIQUE INDEX person_distinct_in_force ON person_distinct (tenant_id, first_person, second_person) WHERE ended_at IS NULL;
