-- What machines said one after the other, so that a run is found that began and ended while nothing read it.
CREATE TABLE "machine_stretch" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "machine" VARCHAR(64) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "heard_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "machine_stretch_pkey" PRIMARY KEY ("tenant_id","machine","at")
);
SELECT guard_tenant_table('machine_stretch'::regclass);
