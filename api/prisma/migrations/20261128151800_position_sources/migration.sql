-- Sources of positions: readers with a credential of their own, portals, and plans that have their place on the earth.
CREATE TABLE "position_reader" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "note" VARCHAR(200),
    "last_read_at" TIMESTAMPTZ(3),
    "refused" INTEGER NOT NULL DEFAULT 0,
    "refused_at" TIMESTAMPTZ(3),
    "refused_reason" VARCHAR(300),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "position_reader_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "position_reader_name_once" ON "position_reader"("tenant_id", "name");
ALTER TABLE position_reader ADD CONSTRAINT position_reader_kind
  CHECK (kind IN ('impinj-http', 'impinj-mqtt', 'llrp', 'omlox', 'gps'));

CREATE TABLE "plan_reference" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "floor_plan" VARCHAR(64) NOT NULL,
    "points" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_reference_pkey" PRIMARY KEY ("tenant_id","floor_plan")
);

SELECT guard_tenant_table(t) FROM unnest(ARRAY['position_reader', 'plan_reference']::regclass[]) AS t;

ALTER TABLE reader_place
  ADD COLUMN "is_portal" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "area_id" VARCHAR(64),
  -- A portal has a field; the area of a read is that of a portal alone.
  ADD CONSTRAINT reader_place_portal CHECK (NOT is_portal OR x IS NOT NULL),
  ADD CONSTRAINT reader_place_area CHECK (area_id IS NULL OR is_portal);
