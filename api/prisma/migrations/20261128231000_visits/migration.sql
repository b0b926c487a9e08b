-- Visits, the watch list, safety inductions and the pool of badges for visitors.
CREATE TABLE "visit" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "company" VARCHAR(128),
    "purpose" VARCHAR(200) NOT NULL,
    "host_id" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "areas" JSONB NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "watch" VARCHAR(16) NOT NULL DEFAULT 'clear',
    "announced_by" VARCHAR(26),
    "announced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "arrived_at" TIMESTAMPTZ(3),
    "left_at" TIMESTAMPTZ(3),
    "note" VARCHAR(300),
    "badge_id" VARCHAR(26),
    "overdue_told_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "visit_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "watch_entry" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "name_key" VARCHAR(256) NOT NULL,
    "national_id" TEXT,
    "national_id_index" VARCHAR(64),
    "reason" VARCHAR(500) NOT NULL,
    "valid_until" DATE,
    "created_by" VARCHAR(26),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "watch_entry_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "watch_match" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "visit_id" VARCHAR(26) NOT NULL,
    "entry_id" VARCHAR(26) NOT NULL,
    "by" VARCHAR(16) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decision" VARCHAR(8),
    "reason" VARCHAR(500),
    "decided_by" VARCHAR(26),
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "watch_match_pkey" PRIMARY KEY ("tenant_id","visit_id","entry_id")
);
CREATE TABLE "induction_text" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "text" JSONB NOT NULL,
    "valid_days" INTEGER NOT NULL,
    "published_by" VARCHAR(26),
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "induction_text_pkey" PRIMARY KEY ("tenant_id","version")
);
CREATE TABLE "induction_done" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "version" INTEGER NOT NULL,
    "signed_name" VARCHAR(128) NOT NULL,
    "confirmed_by" VARCHAR(26),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" DATE NOT NULL,

    CONSTRAINT "induction_done_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "visitor_badge" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,

    CONSTRAINT "visitor_badge_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "visit_by_time" ON "visit"("tenant_id", "from_at", "id");
CREATE INDEX "visit_of_person" ON "visit"("tenant_id", "person_id", "from_at");
CREATE INDEX "visit_of_host" ON "visit"("tenant_id", "host_id", "from_at");
CREATE INDEX visit_open ON visit (tenant_id, to_at) WHERE state IN ('announced', 'arrived');
-- A person is on site once.
CREATE UNIQUE INDEX visit_on_site_once ON visit (tenant_id, person_id) WHERE state = 'arrived';
CREATE INDEX "watch_entry_by_name" ON "watch_entry"("tenant_id", "name_key");
CREATE INDEX "induction_of_person" ON "induction_done"("tenant_id", "person_id", "at");
CREATE UNIQUE INDEX "visitor_badge_tenant_id_badge_key" ON "visitor_badge"("tenant_id", "badge");

ALTER TABLE "watch_match" ADD CONSTRAINT "watch_match_tenant_id_visit_id_fkey" FOREIGN KEY ("tenant_id", "visit_id") REFERENCES "visit"("tenant_id", "id") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "watch_match" ADD CONSTRAINT "watch_match_tenant_id_entry_id_fkey" FOREIGN KEY ("tenant_id", "entry_id") REFERENCES "watch_entry"("tenant_id", "id") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['visit', 'watch_entry', 'watch_match', 'induction_text', 'induction_done', 'visitor_badge']::regclass[]) AS t;

ALTER TABLE visit
  ADD CONSTRAINT visit_state CHECK (state IN ('announced', 'arrived', 'left', 'cancelled', 'not-come')),
  ADD CONSTRAINT visit_watch CHECK (watch IN ('clear', 'blocked', 'admitted', 'refused')),
  ADD CONSTRAINT visit_order CHECK (to_at > from_at AND (left_at IS NULL OR left_at >= arrived_at)),
  ADD CONSTRAINT visit_arrived CHECK ((state IN ('arrived', 'left')) = (arrived_at IS NOT NULL)),
  ADD CONSTRAINT visit_left CHECK ((state = 'left') = (left_at IS NOT NULL));
ALTER TABLE watch_entry ADD CONSTRAINT watch_entry_kind CHECK (kind IN ('person', 'company'));
ALTER TABLE watch_match ADD CONSTRAINT watch_match_decision CHECK (decision IN ('admit', 'refuse'));
ALTER TABLE induction_text ADD CONSTRAINT induction_text_days CHECK (valid_days BETWEEN 1 AND 1095);
