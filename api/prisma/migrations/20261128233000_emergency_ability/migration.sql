-- What people can do in an emergency, and what posts ask for.
CREATE TABLE "emergency_assessment" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "method" VARCHAR(16) NOT NULL,
    "level" INTEGER NOT NULL,
    "score" INTEGER,
    "assessed_on" DATE NOT NULL,
    "valid_until" DATE NOT NULL,
    "assessor_id" VARCHAR(26) NOT NULL,
    "source" VARCHAR(200) NOT NULL,
    "entered_by" VARCHAR(26),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" VARCHAR(26),
    "revoke_reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "emergency_assessment_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "emergency_need" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "post_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "level" INTEGER NOT NULL,

    CONSTRAINT "emergency_need_pkey" PRIMARY KEY ("tenant_id","post_id","kind")
);
CREATE INDEX "emergency_assessment_of_person" ON "emergency_assessment"("tenant_id", "person_id", "kind");
CREATE INDEX "emergency_assessment_by_assessor" ON "emergency_assessment"("tenant_id", "assessor_id");
ALTER TABLE "emergency_assessment" ADD CONSTRAINT "emergency_assessment_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "emergency_assessment" ADD CONSTRAINT "emergency_assessment_tenant_id_assessor_id_fkey" FOREIGN KEY ("tenant_id", "assessor_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "emergency_need" ADD CONSTRAINT "emergency_need_tenant_id_post_id_fkey" FOREIGN KEY ("tenant_id", "post_id") REFERENCES "post"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['emergency_assessment', 'emergency_need']::regclass[]) AS t;

ALTER TABLE emergency_assessment
  ADD CONSTRAINT emergency_assessment_method CHECK (method IN ('drill', 'exam', 'assessment')),
  ADD CONSTRAINT emergency_assessment_level CHECK (level BETWEEN 1 AND 4),
  ADD CONSTRAINT emergency_assessment_score CHECK (score BETWEEN 0 AND 100),
  ADD CONSTRAINT emergency_assessment_order CHECK (assessed_on <= valid_until),
  -- Nobody assesses themselves, whatever program asks.
  ADD CONSTRAINT emergency_assessment_other CHECK (assessor_id <> person_id),
  ADD CONSTRAINT emergency_assessment_revoked CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL));
ALTER TABLE emergency_need ADD CONSTRAINT emergency_need_level CHECK (level BETWEEN 1 AND 4);

CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.emergency_assessment
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
