-- What the alarm plan said of a violation when it was recorded.
CREATE TABLE "alarm_decision" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "is_on" BOOLEAN NOT NULL,
    "known" INTEGER NOT NULL,
    "lines" TEXT[] NOT NULL,
    "unused" TEXT[] NOT NULL,

    CONSTRAINT "alarm_decision_pkey" PRIMARY KEY ("tenant_id","violation")
);
SELECT guard_tenant_table('alarm_decision'::regclass);
