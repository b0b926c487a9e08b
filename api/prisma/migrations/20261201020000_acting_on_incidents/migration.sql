-- Commands that were given because of an incident.
CREATE TABLE "incident_action" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "command_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incident_action_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "incident_action_once" ON "incident_action"("tenant_id", "incident_id", "command_id");
SELECT guard_tenant_table('incident_action'::regclass);

-- Notes of people on an incident.
CREATE TABLE "incident_note" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "text" VARCHAR(1000) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "corrected_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "incident_note_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "incident_note_key" ON "incident_note"("tenant_id", "by_user", "key");
CREATE INDEX "incident_note_of_incident" ON "incident_note"("tenant_id", "incident_id", "id");
SELECT guard_tenant_table('incident_note'::regclass);

-- Incidents that were given to accounts by name, until a time.
CREATE TABLE "incident_share" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "code" VARCHAR(32) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "incident_share_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "incident_share_code" ON "incident_share"("tenant_id", "code");
CREATE INDEX "incident_share_of_incident" ON "incident_share"("tenant_id", "incident_id", "id");
SELECT guard_tenant_table('incident_share'::regclass);

CREATE TABLE "incident_share_recipient" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "share_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "views" INTEGER NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3),
    "last_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_share_recipient_pkey" PRIMARY KEY ("tenant_id","share_id","user_id")
);
SELECT guard_tenant_table('incident_share_recipient'::regclass);

-- Downloads of packs of evidence.
CREATE TABLE "evidence_pack_export" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "pack_id" VARCHAR(26) NOT NULL,
    "incident_id" VARCHAR(26) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_pack_export_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "evidence_pack_export_of" ON "evidence_pack_export"("tenant_id", "incident_id", "id");
SELECT guard_tenant_table('evidence_pack_export'::regclass);
