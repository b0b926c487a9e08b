-- CreateTable
CREATE TABLE "camera_lease" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "held_from" TIMESTAMPTZ(3) NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "camera_lease_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "bus_refusal" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_name" VARCHAR(160) NOT NULL,
    "what" VARCHAR(32) NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "topic" VARCHAR(256),
    "detail" VARCHAR(500),
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "bus_refusal_pkey" PRIMARY KEY ("tenant_id","user_name","what")
);

-- CreateIndex
CREATE INDEX "camera_lease_tenant_id_camera_held_from_idx" ON "camera_lease"("tenant_id", "camera", "held_from" DESC);

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY['camera_lease', 'bus_refusal']::regclass[]) AS t;

-- One worker holds a camera at a time.
CREATE UNIQUE INDEX camera_lease_open ON camera_lease (tenant_id, camera) WHERE ended_at IS NULL;
