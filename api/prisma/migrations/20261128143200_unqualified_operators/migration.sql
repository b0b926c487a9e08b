-- Violations that the API finds from sign-ons, machines and positions.
ALTER TABLE "violation" ADD COLUMN "operator" JSONB;
ALTER TABLE "violation"
  ADD CONSTRAINT violation_operator_of_rule CHECK (("operator" IS NOT NULL) = ("rule" = 'unqualified-operator'));

ALTER TABLE safety_entry DROP CONSTRAINT safety_entry_basis;
ALTER TABLE safety_entry ADD CONSTRAINT safety_entry_basis CHECK (basis IN ('badge', 'reviewer', 'session'));

CREATE TABLE "operator_episode" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "machine" VARCHAR(64) NOT NULL,
    "session_id" VARCHAR(26),
    "since" TIMESTAMPTZ(3) NOT NULL,
    "check_at" TIMESTAMPTZ(3) NOT NULL,
    "checked" VARCHAR(128),
    "violation_id" VARCHAR(26),

    CONSTRAINT "operator_episode_pkey" PRIMARY KEY ("tenant_id","machine")
);
SELECT guard_tenant_table(t) FROM unnest(ARRAY['operator_episode']::regclass[]) AS t;

-- A type of hazards for it, where the tenant still has the type of unsafe behaviour.
ALTER TABLE hazard_type NO FORCE ROW LEVEL SECURITY;
UPDATE hazard_type SET violation_rules = array_append(violation_rules, 'unqualified-operator')
WHERE id = 'unsafe-act' AND NOT EXISTS (SELECT 1 FROM hazard_type o
  WHERE o.tenant_id = hazard_type.tenant_id AND 'unqualified-operator' = ANY (o.violation_rules));
ALTER TABLE hazard_type FORCE ROW LEVEL SECURITY;
