-- Who looks at an incident that waits for a verdict, or is to: a lease that ends by itself.
CREATE TABLE "incident_claim" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "incident_claim_pkey" PRIMARY KEY ("tenant_id","incident_id")
);
CREATE INDEX "incident_claim_of" ON "incident_claim"("tenant_id", "user_id");
ALTER TABLE "incident_claim" ADD CONSTRAINT "incident_claim_tenant_id_incident_id_fkey"
  FOREIGN KEY ("tenant_id", "incident_id") REFERENCES "incident"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE incident_claim ADD CONSTRAINT incident_claim_kind CHECK (kind IN ('claim', 'assignment'));
SELECT guard_tenant_table('incident_claim'::regclass);
