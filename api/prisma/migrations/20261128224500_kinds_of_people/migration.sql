-- Contractors, visitors and trainees beside employees: who sends them, who is responsible for them, and until when.
ALTER TABLE "person" ADD COLUMN "kind" VARCHAR(16) NOT NULL DEFAULT 'employee',
  ADD COLUMN "company" VARCHAR(128),
  ADD COLUMN "host_id" VARCHAR(26),
  ADD COLUMN "valid_until" DATE;
ALTER TABLE "person" ADD CONSTRAINT person_kind CHECK (kind IN ('employee', 'contractor', 'visitor', 'trainee'));
CREATE INDEX "person_of_host" ON "person"("tenant_id", "host_id");
ALTER TABLE "person" ADD CONSTRAINT "person_tenant_id_host_id_fkey" FOREIGN KEY ("tenant_id", "host_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
