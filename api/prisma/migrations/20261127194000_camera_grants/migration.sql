-- The API gives cameras to workers, each grant with a number that only grows.
ALTER TABLE "camera_lease"
  ADD COLUMN "number" INTEGER,
  ADD COLUMN "taken_from" VARCHAR(64),
  ADD COLUMN "handed" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "end_reason" VARCHAR(16),
  ADD COLUMN "asked_at" TIMESTAMPTZ(3);

CREATE UNIQUE INDEX "camera_lease_number" ON "camera_lease"("tenant_id", "number");

CREATE TABLE "camera_worker" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,
    "capacity" DOUBLE PRECISION NOT NULL,
    "load" DOUBLE PRECISION NOT NULL,
    "most" INTEGER,
    "leaving" BOOLEAN NOT NULL,

    CONSTRAINT "camera_worker_pkey" PRIMARY KEY ("tenant_id","worker")
);

CREATE TABLE "camera_judge_state" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" BYTEA NOT NULL,

    CONSTRAINT "camera_judge_state_pkey" PRIMARY KEY ("tenant_id","camera")
);

SELECT guard_tenant_table(t) FROM unnest(ARRAY['camera_worker', 'camera_judge_state']::regclass[]) AS t;

ALTER TABLE camera_lease
  ADD CONSTRAINT camera_lease_end_reason_known
    CHECK (end_reason IN ('silent', 'handed-back', 'moved', 'not-configured', 'revoked'));
