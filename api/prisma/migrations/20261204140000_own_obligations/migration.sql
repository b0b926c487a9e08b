-- Obligations that people add by hand, and who has to see to one.
ALTER TABLE obligation
  ADD COLUMN responsible_person VARCHAR(26),
  ADD COLUMN responsible_role VARCHAR(64),
  ADD COLUMN grace INTEGER;
CREATE INDEX obligation_of_responsible ON obligation (tenant_id, responsible_person);

CREATE TABLE "own_obligation" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "title" JSONB NOT NULL,
    "subject_kind" VARCHAR(16) NOT NULL,
    "subject_id" VARCHAR(64),
    "person_id" VARCHAR(26),
    "responsible_person" VARCHAR(26),
    "responsible_role" VARCHAR(64),
    "due_by" VARCHAR(16) NOT NULL,
    "starts_on" DATE NOT NULL,
    "every_text" VARCHAR(32),
    "rule" VARCHAR(64),
    "every_hours" INTEGER,
    "start_hours" INTEGER,
    "lead_days" INTEGER NOT NULL,
    "lead_hours" INTEGER NOT NULL,
    "grace_days" INTEGER NOT NULL,
    "needs_file" BOOLEAN NOT NULL,
    "needs_second" BOOLEAN NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),
    "end_reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "own_obligation_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "own_obligation_record" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "own_id" VARCHAR(26) NOT NULL,
    "done_on" DATE NOT NULL,
    "note" VARCHAR(2000) NOT NULL,
    "hours" DOUBLE PRECISION,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "decided_by" VARCHAR(26),
    "decided_at" TIMESTAMPTZ(3),
    "decided_note" VARCHAR(500),

    CONSTRAINT "own_obligation_record_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "own_obligation_record_of" ON "own_obligation_record"("tenant_id", "own_id", "id");
-- One waits for the second person at a time.
CREATE UNIQUE INDEX own_obligation_record_waiting ON own_obligation_record (tenant_id, own_id) WHERE state = 'waits';

ALTER TABLE "own_obligation_record" ADD CONSTRAINT "own_obligation_record_tenant_id_own_id_fkey"
  FOREIGN KEY ("tenant_id", "own_id") REFERENCES "own_obligation"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['own_obligation', 'own_obligation_record']::regclass[]) AS t;

ALTER TABLE own_obligation
  ADD CONSTRAINT own_obligation_subject CHECK (
    subject_kind IN ('person', 'machine', 'area', 'department', 'plant')
    AND (subject_kind = 'person') = (person_id IS NOT NULL)
    AND (subject_kind IN ('machine', 'area', 'department')) = (subject_id IS NOT NULL)
  ),
  ADD CONSTRAINT own_obligation_one_responsible CHECK (responsible_person IS NULL OR responsible_role IS NULL),
  ADD CONSTRAINT own_obligation_due CHECK (
    due_by IN ('once', 'fixed', 'done', 'meter')
    AND (due_by = 'meter') = (every_hours IS NOT NULL)
    AND (due_by = 'meter') = (start_hours IS NOT NULL)
    AND (due_by IN ('fixed', 'done')) = (every_text IS NOT NULL OR rule IS NOT NULL)
  ),
  ADD CONSTRAINT own_obligation_ended_whole CHECK (
    (ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)
  );
ALTER TABLE own_obligation_record
  ADD CONSTRAINT own_obligation_record_state CHECK (state IN ('done', 'waits', 'confirmed', 'refused')),
  ADD CONSTRAINT own_obligation_record_decided CHECK (
    (state IN ('confirmed', 'refused')) = (decided_at IS NOT NULL)
    AND (decided_at IS NULL) = (decided_by IS NULL)
    AND (decided_by IS NULL OR decided_by <> by_user)
  );

-- What is written for a joined file goes to the one that remains.
CREATE TRIGGER follow_merged_responsible BEFORE INSERT OR UPDATE OF responsible_person ON public.obligation
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('responsible_person');
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.own_obligation
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
CREATE TRIGGER follow_merged_responsible BEFORE INSERT OR UPDATE OF responsible_person ON public.own_obligation
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('responsible_person');
