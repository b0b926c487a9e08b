-- Limits of products are kept apart from results; qualifications of approved suppliers are confirmed.
CREATE TABLE "supplier_limit" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "product" VARCHAR(128) NOT NULL,
    "item" VARCHAR(64) NOT NULL,
    "unit" VARCHAR(16) NOT NULL,
    "lower" DOUBLE PRECISION,
    "upper" DOUBLE PRECISION,
    "set_by" VARCHAR(26),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "supplier_limit_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "supplier_limit_once" ON "supplier_limit"("tenant_id", "product", "item", "unit");

ALTER TABLE "supplier_qualification" ADD COLUMN "confirmed" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "entered_by" VARCHAR(26);

SELECT guard_tenant_table('supplier_limit'::regclass);

ALTER TABLE supplier_limit
  ADD CONSTRAINT supplier_limit_binds CHECK (lower <= upper OR num_nulls(lower, upper) = 1);
