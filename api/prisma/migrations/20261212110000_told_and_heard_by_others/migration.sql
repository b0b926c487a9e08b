-- Who has no account is told by another person, and objects on paper or at the desk.
CREATE TABLE "safety_entry_telling" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "entry_id" VARCHAR(26) NOT NULL,
    "told_on" DATE NOT NULL,
    "how" VARCHAR(16) NOT NULL,
    "runs_from" TIMESTAMPTZ(3) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "by_name" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "safety_entry_telling_pkey" PRIMARY KEY ("tenant_id","entry_id"),
    CONSTRAINT "safety_entry_telling_how" CHECK (how IN ('paper', 'desk'))
);
ALTER TABLE "safety_entry_telling" ADD CONSTRAINT "safety_entry_telling_tenant_id_entry_id_fkey" FOREIGN KEY ("tenant_id", "entry_id")
    REFERENCES "safety_entry"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
SELECT guard_tenant_table('safety_entry_telling');
SELECT make_append_only('safety_entry_telling');

ALTER TABLE "violation_objection"
    ADD COLUMN "how" VARCHAR(16) NOT NULL DEFAULT 'account',
    ADD COLUMN "said_on" DATE,
    ADD CONSTRAINT "violation_objection_how" CHECK (how IN ('account', 'paper', 'desk')),
    ADD CONSTRAINT "violation_objection_said_on" CHECK ((how = 'account') = (said_on IS NULL));
