-- Holds on the evidence of incidents, and what purges left because of them.
CREATE TABLE "evidence_hold" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "findings" TEXT[],
    "reason" VARCHAR(500) NOT NULL,
    "review_on" DATE NOT NULL,
    "set_by" VARCHAR(26) NOT NULL,
    "set_by_name" JSONB NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lifted_by" VARCHAR(26),
    "lifted_by_name" JSONB,
    "lifted_at" TIMESTAMPTZ(3),
    "lifted_reason" VARCHAR(500),
    "told_review" DATE,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "evidence_hold_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "evidence_hold_by_review" ON "evidence_hold"("tenant_id", "review_on", "id");
-- One hold of an incident at a time.
CREATE UNIQUE INDEX evidence_hold_once ON evidence_hold (tenant_id, incident_id) WHERE lifted_at IS NULL;

SELECT guard_tenant_table('evidence_hold'::regclass);

ALTER TABLE evidence_hold ADD CONSTRAINT evidence_hold_lifted_with_reason
  CHECK ((lifted_at IS NULL) = (lifted_reason IS NULL));

ALTER TABLE "purge_proof" ADD COLUMN "held" INTEGER NOT NULL DEFAULT 0;
