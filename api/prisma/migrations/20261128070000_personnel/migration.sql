-- What other systems call people, and what personnel systems say of them.
CREATE TABLE "person_alias" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "system" VARCHAR(64) NOT NULL,
    "external_id" VARCHAR(128) NOT NULL,
    "stated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_alias_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "personnel_statement" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "system" VARCHAR(64) NOT NULL,
    "external_id" VARCHAR(128) NOT NULL,
    "stated_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" VARCHAR(16) NOT NULL,
    "changes" TEXT[],
    "effective_on" DATE,
    "statement" JSONB NOT NULL,
    "person_id" VARCHAR(26),
    "problem" VARCHAR(64),
    "detail" VARCHAR(500),
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "personnel_statement_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "person_alias_once" ON "person_alias"("tenant_id", "system", "external_id");
CREATE INDEX "person_alias_of_person" ON "person_alias"("tenant_id", "person_id");
CREATE UNIQUE INDEX "personnel_statement_once" ON "personnel_statement"("tenant_id", "system", "external_id", "stated_at");
CREATE INDEX "personnel_statement_planned" ON "personnel_statement"("tenant_id", "state", "effective_on");
CREATE INDEX "personnel_statement_of_person" ON "personnel_statement"("tenant_id", "person_id");

ALTER TABLE "person_alias" ADD CONSTRAINT "person_alias_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['person_alias', 'personnel_statement']::regclass[]) AS t;

ALTER TABLE personnel_statement
  ADD CONSTRAINT personnel_statement_state_known CHECK (state IN ('applied', 'planned', 'outdated', 'refused')),
  ADD CONSTRAINT personnel_statement_problem CHECK ((state = 'refused') = (problem IS NOT NULL)),
  ADD CONSTRAINT personnel_statement_planned_day CHECK (state <> 'planned' OR effective_on IS NOT NULL);

ALTER TABLE device_credential
  DROP CONSTRAINT device_credential_kind_known,
  ADD CONSTRAINT device_credential_kind_known
    CHECK (kind IN ('reader', 'tracker', 'machine', 'actuator', 'worker', 'gateway', 'gate', 'personnel', 'shared'));
