-- What the program cannot check on the page on the laws: who confirmed it, when, and by what.
CREATE TABLE "compliance_confirmation" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "duty" VARCHAR(64) NOT NULL,
    "note" TEXT NOT NULL,
    "confirmed_by" VARCHAR(26) NOT NULL,
    "confirmed_name" JSONB NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "compliance_confirmation_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "compliance_confirmation_newest" ON "compliance_confirmation"("tenant_id", "duty", "confirmed_at" DESC);

SELECT guard_tenant_table('compliance_confirmation'::regclass);
SELECT make_append_only('compliance_confirmation'::regclass);

ALTER TABLE compliance_confirmation
  ADD CONSTRAINT confirmation_says_by_what CHECK (length(btrim(note)) > 0);
