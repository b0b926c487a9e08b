-- A last day or a move of the future: entered by a person, or stated by a personnel system.
CREATE TABLE "person_step" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26),
    "kind" VARCHAR(8) NOT NULL,
    "day" DATE NOT NULL,
    "acts_on" DATE NOT NULL,
    "department_id" VARCHAR(64),
    "post" VARCHAR(64),
    "post_id" VARCHAR(26),
    "statement_id" VARCHAR(26),
    "system" VARCHAR(64),
    "by_user" VARCHAR(26),
    "state" VARCHAR(12) NOT NULL DEFAULT 'planned',
    "problem" VARCHAR(64),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_step_pkey" PRIMARY KEY ("tenant_id","id"),
    CONSTRAINT person_step_kind CHECK (kind IN ('join', 'move', 'leave')),
    CONSTRAINT person_step_state CHECK (state IN ('planned', 'done', 'taken-back', 'refused'))
);
CREATE INDEX "person_step_planned" ON "person_step"("tenant_id", "state", "acts_on");
CREATE INDEX "person_step_of_person" ON "person_step"("tenant_id", "person_id");
CREATE UNIQUE INDEX "person_step_of_statement" ON "person_step"("tenant_id", "statement_id");
ALTER TABLE "person_step" ADD CONSTRAINT "person_step_tenant_id_person_id_fkey"
  FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT guard_tenant_table('person_step'::regclass);
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.person_step
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');

-- What personnel systems stated for a day that is not there yet, of all companies.
ALTER TABLE personnel_statement NO FORCE ROW LEVEL SECURITY;
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
ALTER TABLE person_step NO FORCE ROW LEVEL SECURITY;
INSERT INTO person_step (tenant_id, id, person_id, kind, day, acts_on, department_id, post, statement_id, system, created_at)
SELECT s.tenant_id, s.id, p.id,
  CASE WHEN s.statement->>'status' = 'left' THEN 'leave' WHEN p.id IS NULL THEN 'join' ELSE 'move' END,
  s.effective_on, s.effective_on + CASE WHEN s.statement->>'status' = 'left' THEN 1 ELSE 0 END,
  NULL, s.statement->>'post', s.id, s.system, s.received_at
FROM personnel_statement s LEFT JOIN person p ON p.tenant_id = s.tenant_id AND p.id = s.person_id
WHERE s.state = 'planned' AND s.effective_on IS NOT NULL;
ALTER TABLE personnel_statement FORCE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
ALTER TABLE person_step FORCE ROW LEVEL SECURITY;

-- A badge that its wearer had when they left stays due until it is returned, locked or written off.
ALTER TABLE "badge" ADD COLUMN "owed_since" DATE,
  ADD COLUMN "settled" VARCHAR(12),
  ADD COLUMN "settled_at" TIMESTAMPTZ(3);
ALTER TABLE badge ADD CONSTRAINT badge_settled CHECK (
  settled IN ('returned', 'locked', 'written-off') AND settled_at IS NOT NULL
  OR settled IS NULL AND settled_at IS NULL);
