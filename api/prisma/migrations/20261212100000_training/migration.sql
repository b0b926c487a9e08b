-- Courses that people passed or failed, and retraining that is due after a violation.
CREATE TABLE "training_record" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "course" VARCHAR(64) NOT NULL,
    "result" VARCHAR(8) NOT NULL,
    "held_on" DATE NOT NULL,
    "until" DATE,
    "source" VARCHAR(200) NOT NULL,
    "entry_id" VARCHAR(26),
    "entered_by" VARCHAR(26),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdrawn_by" VARCHAR(26),
    "withdraw_reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "training_record_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "training_record_of_person" ON "training_record"("tenant_id", "person_id", "course");
ALTER TABLE "training_record" ADD CONSTRAINT "training_record_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table('training_record'::regclass);

ALTER TABLE training_record
  ADD CONSTRAINT training_record_withdrawn CHECK ((withdrawn_at IS NULL) = (withdraw_reason IS NULL)),
  ADD CONSTRAINT training_record_result CHECK (result IN ('passed', 'failed', 'due')
    AND (result = 'due') = (entry_id IS NOT NULL)
    AND CASE result WHEN 'due' THEN until IS NOT NULL WHEN 'failed' THEN until IS NULL ELSE TRUE END),
  ADD CONSTRAINT training_record_until CHECK (until >= held_on);

CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.training_record
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');

-- Courses that a post, a machine or an area asks for.
ALTER TABLE post ADD COLUMN courses TEXT[];
ALTER TABLE match_requirement ADD COLUMN courses VARCHAR(64)[] NOT NULL DEFAULT '{}';
