-- Jobs of the week board, and who is assigned to them.
CREATE TABLE "work_job" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "title" VARCHAR(128) NOT NULL,
    "note" TEXT,
    "area_id" VARCHAR(64),
    "machine_id" VARCHAR(64),
    "work" VARCHAR(64),
    "post_id" VARCHAR(26),
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "min_crew" INTEGER NOT NULL,
    "status" VARCHAR(16) NOT NULL DEFAULT 'planned',
    "cancel_reason" VARCHAR(500),
    "begun_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(26) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "work_job_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "work_assignment" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "job_id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "special" BOOLEAN NOT NULL,
    "decision" VARCHAR(8) NOT NULL,
    "decision_ids" TEXT[],
    "override_reason" VARCHAR(500),
    "override_by" VARCHAR(26),
    "override_codes" TEXT[],
    "assigned_by" VARCHAR(26) NOT NULL,
    "assigned_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),
    "end_reason" VARCHAR(500),
    "check_at" TIMESTAMPTZ(3),
    "lost_at" TIMESTAMPTZ(3),
    "lost_decision" VARCHAR(8),
    "lost_codes" TEXT[],
    "lost_ids" TEXT[],

    CONSTRAINT "work_assignment_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "work_job_once" ON "work_job"("tenant_id", "created_by", "key");
CREATE INDEX "work_job_by_time" ON "work_job"("tenant_id", "from_at", "id");
CREATE INDEX "work_assignment_of_job" ON "work_assignment"("tenant_id", "job_id");
CREATE INDEX "work_assignment_of_person" ON "work_assignment"("tenant_id", "person_id", "from_at");
CREATE INDEX work_assignment_due ON work_assignment (tenant_id, check_at) WHERE ended_at IS NULL;
-- A person is on a job once.
CREATE UNIQUE INDEX work_assignment_once ON work_assignment (tenant_id, job_id, person_id) WHERE ended_at IS NULL;

ALTER TABLE "work_assignment" ADD CONSTRAINT "work_assignment_tenant_id_job_id_fkey" FOREIGN KEY ("tenant_id", "job_id") REFERENCES "work_job"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "work_assignment" ADD CONSTRAINT "work_assignment_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['work_job', 'work_assignment']::regclass[]) AS t;

ALTER TABLE work_job
  ADD CONSTRAINT work_job_somewhere CHECK (num_nonnulls(machine_id, area_id) > 0),
  ADD CONSTRAINT work_job_order CHECK (until_at > from_at AND until_at <= from_at + interval '7 days'),
  ADD CONSTRAINT work_job_crew CHECK (min_crew BETWEEN 1 AND 50),
  ADD CONSTRAINT work_job_status_known CHECK (status IN ('planned', 'running', 'done', 'cancelled')),
  ADD CONSTRAINT work_job_cancelled CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL));
ALTER TABLE work_assignment
  ADD CONSTRAINT work_assignment_order CHECK (until_at > from_at),
  ADD CONSTRAINT work_assignment_known CHECK (decision IN ('allow', 'hold')),
  -- What is on hold is assigned by a named person with a reason, and never to special work, whatever program asks.
  ADD CONSTRAINT work_assignment_override CHECK ((decision = 'hold') = (override_by IS NOT NULL)),
  ADD CONSTRAINT work_assignment_reason CHECK ((override_by IS NULL) = (override_reason IS NULL)),
  ADD CONSTRAINT work_assignment_special CHECK (NOT special OR decision = 'allow'),
  ADD CONSTRAINT work_assignment_lost CHECK ((lost_at IS NULL) = (lost_decision IS NULL));

-- A person is in one place at a time. Two planners at once are put in order by the lock, so the second one sees the first.
CREATE FUNCTION refuse_double_booking() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.tenant_id || ' ' || NEW.person_id, 5270307));
  IF EXISTS (
    SELECT 1 FROM public.work_assignment o
    WHERE o.tenant_id = NEW.tenant_id AND o.person_id = NEW.person_id AND o.id <> NEW.id AND o.ended_at IS NULL
      AND o.from_at < NEW.until_at AND o.until_at > NEW.from_at
  ) THEN
    RAISE EXCEPTION 'the person is assigned at this time already' USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER work_assignment_one_at_a_time
  BEFORE INSERT OR UPDATE OF from_at, until_at, person_id, ended_at ON work_assignment
  FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION refuse_double_booking();
