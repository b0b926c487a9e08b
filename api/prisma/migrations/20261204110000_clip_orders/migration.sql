-- Clips that are asked of workers, for violations that the API found itself.
CREATE TABLE "clip_order" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "zone" VARCHAR(64),
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "asked" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "refusal" VARCHAR(500),
    "taken_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "clip_order_pkey" PRIMARY KEY ("tenant_id","violation_id"),
    CONSTRAINT "clip_order_times" CHECK (from_at <= to_at)
);
-- What is still asked for, or given up later: few rows.
CREATE INDEX clip_order_open ON clip_order (tenant_id, next_at) WHERE ended_at IS NULL;

ALTER TABLE "clip_order" ADD CONSTRAINT "clip_order_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id")
    REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table('clip_order'::regclass);
