-- Alarms of the control room that were acknowledged, and the log that one shift hands to the next.
CREATE TABLE "alarm_acknowledgement" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alarm_acknowledgement_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "alarm_acknowledgement_once" ON "alarm_acknowledgement"("tenant_id", "incident_id", "severity");
CREATE INDEX "alarm_acknowledgement_by_time" ON "alarm_acknowledgement"("tenant_id", "at", "id");
SELECT guard_tenant_table('alarm_acknowledgement'::regclass);

CREATE TABLE "shift_note" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "text" VARCHAR(1000) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handover_id" VARCHAR(26),

    CONSTRAINT "shift_note_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "shift_note_of_handover" ON "shift_note"("tenant_id", "site", "handover_id", "at");
SELECT guard_tenant_table('shift_note'::regclass);

CREATE TABLE "shift_handover" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "from_at" TIMESTAMPTZ(3),
    "note" VARCHAR(1000),
    "stood" JSONB NOT NULL,
    "given_by" VARCHAR(26) NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "accepted_by" VARCHAR(26),
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_note" VARCHAR(1000),
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "shift_handover_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "shift_handover_of_site" ON "shift_handover"("tenant_id", "site", "id");
SELECT guard_tenant_table('shift_handover'::regclass);
-- One handover of a site waits at a time.
CREATE UNIQUE INDEX shift_handover_waiting ON shift_handover (tenant_id, site)
  WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
ALTER TABLE shift_handover ADD CONSTRAINT shift_handover_accepted CHECK ((accepted_at IS NULL) = (accepted_by IS NULL));
ALTER TABLE shift_handover ADD CONSTRAINT shift_handover_one_end CHECK (accepted_at IS NULL OR withdrawn_at IS NULL);
-- The person who gave it does not accept it.
ALTER TABLE shift_handover ADD CONSTRAINT shift_handover_two_people CHECK (accepted_by IS DISTINCT FROM given_by);
-- The acknowledgements of an incident are also those of the ones that became part of it.
CREATE INDEX incident_merged ON incident (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
