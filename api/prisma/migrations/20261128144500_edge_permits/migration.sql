-- Signed lists of permits, by which a gateway decides for a point while the API is away, and what it decided.
ALTER TABLE gate_point
  ADD COLUMN edge BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN edge_minutes INTEGER NOT NULL DEFAULT 15,
  ADD CONSTRAINT gate_point_edge_minutes CHECK (edge_minutes BETWEEN 1 AND 60);

ALTER TABLE gate_decision
  ADD COLUMN source VARCHAR(8) NOT NULL DEFAULT 'api',
  ADD COLUMN delivered_at TIMESTAMPTZ(3),
  ADD COLUMN late_decision VARCHAR(8),
  ADD CONSTRAINT gate_decision_source_known CHECK (source IN ('api', 'edge')),
  ADD CONSTRAINT gate_decision_delivered CHECK ((source = 'edge') = (delivered_at IS NOT NULL)),
  ADD CONSTRAINT gate_decision_late CHECK (late_decision IS NULL
    OR (source = 'edge' AND decision = 'allow' AND late_decision IN ('hold', 'deny'))),
  DROP CONSTRAINT gate_decision_whom,
  -- The wearer of a card may be unknown when a decision of a gateway comes in: it is kept as it was made.
  ADD CONSTRAINT gate_decision_whom CHECK (decision = 'deny' OR person_id IS NOT NULL OR source = 'edge');

CREATE TABLE "gate_edge_key" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(16) NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gate_edge_key_pkey" PRIMARY KEY ("tenant_id","id")
);
-- One key of a company.
CREATE UNIQUE INDEX gate_edge_key_once ON gate_edge_key (tenant_id);

CREATE TABLE "gate_edge_list" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "point_id" VARCHAR(26) NOT NULL,
    "hash_key_sealed" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "entries" JSONB NOT NULL DEFAULT '[]',
    "is_cut" BOOLEAN NOT NULL DEFAULT false,
    "issued_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "check_at" TIMESTAMPTZ(3) NOT NULL,
    "fetched_at" TIMESTAMPTZ(3),
    "fetched_sequence" BIGINT,
    "fault" VARCHAR(16),
    "fault_at" TIMESTAMPTZ(3),

    CONSTRAINT "gate_edge_list_pkey" PRIMARY KEY ("tenant_id","point_id")
);
ALTER TABLE "gate_edge_list" ADD CONSTRAINT "gate_edge_list_tenant_id_point_id_fkey" FOREIGN KEY ("tenant_id", "point_id") REFERENCES "gate_point"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['gate_edge_key', 'gate_edge_list']::regclass[]) AS t;
