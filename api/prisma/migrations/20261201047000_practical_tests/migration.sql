-- Practical tests that people passed after they were off a trade.
CREATE TABLE "practical_test" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "category" VARCHAR(64) NOT NULL,
    "passed_on" DATE NOT NULL,
    "source" VARCHAR(200) NOT NULL,
    "entered_by" VARCHAR(26),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" VARCHAR(26),
    "revoke_reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "practical_test_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "practical_test_of_person" ON "practical_test"("tenant_id", "person_id", "category");
ALTER TABLE "practical_test" ADD CONSTRAINT "practical_test_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table('practical_test'::regclass);

ALTER TABLE practical_test
  ADD CONSTRAINT practical_test_revoked CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL));

CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.practical_test
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
