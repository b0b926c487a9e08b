-- Who may do what: what machines and areas ask for, and the decisions of the matcher.
CREATE TABLE "match_requirement" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "target" VARCHAR(16) NOT NULL,
    "target_id" VARCHAR(64) NOT NULL,
    "from_posts" BOOLEAN NOT NULL,
    "post_held" BOOLEAN NOT NULL,
    "certificates" JSONB NOT NULL DEFAULT '[]',
    "skills" JSONB NOT NULL DEFAULT '[]',
    "fitness" BOOLEAN NOT NULL DEFAULT false,
    "permit" VARCHAR(64),
    "least_age" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "match_requirement_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "match_rule_book" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "book" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "match_rule_book_pkey" PRIMARY KEY ("tenant_id","digest")
);

CREATE TABLE "match_decision" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "job_id" VARCHAR(128) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "decision" VARCHAR(8) NOT NULL,
    "final" BOOLEAN NOT NULL,
    "reasons" JSONB NOT NULL,
    "rules" JSONB NOT NULL,
    "job" JSONB NOT NULL,
    "facts" JSONB NOT NULL,
    "book_digest" CHAR(64) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_by" VARCHAR(26),

    CONSTRAINT "match_decision_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "match_requirement_once" ON "match_requirement"("tenant_id", "target", "target_id");
CREATE INDEX "match_decision_of_person" ON "match_decision"("tenant_id", "person_id", "asked_at" DESC);
CREATE INDEX "match_decision_by_time" ON "match_decision"("tenant_id", "asked_at");
CREATE INDEX "match_decision_of_book" ON "match_decision"("tenant_id", "book_digest");

ALTER TABLE "match_decision" ADD CONSTRAINT "match_decision_tenant_id_book_digest_fkey" FOREIGN KEY ("tenant_id", "book_digest") REFERENCES "match_rule_book"("tenant_id", "digest") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'match_requirement', 'match_rule_book', 'match_decision'
]::regclass[]) AS t;

ALTER TABLE match_requirement
  ADD CONSTRAINT match_requirement_target CHECK (target IN ('machine', 'area')),
  ADD CONSTRAINT match_requirement_age CHECK (least_age BETWEEN 16 AND 70);
ALTER TABLE match_decision
  ADD CONSTRAINT match_decision_known CHECK (decision IN ('allow', 'hold', 'deny')),
  ADD CONSTRAINT match_decision_order CHECK (valid_until > at);
