-- Suppliers: qualifications, deliveries with their tests, transfers of hazardous waste.
CREATE TABLE "supplier" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "credit_code" VARCHAR(18) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(500),
    "contact" VARCHAR(128),
    "phone" VARCHAR(32),
    "address" VARCHAR(256),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "supplier_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "supplier_qualification" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "supplier_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "number" VARCHAR(64) NOT NULL,
    "issuer" VARCHAR(128) NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "wastes" TEXT[],
    "revoked" BOOLEAN NOT NULL DEFAULT false,
    "told" VARCHAR(16),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "supplier_qualification_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "supplier_lot" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "supplier_id" VARCHAR(26) NOT NULL,
    "number" VARCHAR(64) NOT NULL,
    "product" VARCHAR(128) NOT NULL,
    "quantity" DECIMAL(14,3) NOT NULL,
    "unit" VARCHAR(16) NOT NULL,
    "delivered_on" DATE NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'waiting',
    "results" JSONB NOT NULL DEFAULT '[]',
    "tested_by" TEXT[],
    "decided_by" VARCHAR(26),
    "decided_at" TIMESTAMPTZ(3),
    "reason" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "supplier_lot_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "supplier_disposal" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "supplier_id" VARCHAR(26) NOT NULL,
    "waste" VARCHAR(8) NOT NULL,
    "quantity" DECIMAL(14,3) NOT NULL,
    "unit" VARCHAR(16) NOT NULL,
    "manifest_no" VARCHAR(64) NOT NULL,
    "handed_on" DATE NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "supplier_disposal_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "supplier_by_name" ON "supplier"("tenant_id", "name", "id");
CREATE UNIQUE INDEX "supplier_credit_code_once" ON "supplier"("tenant_id", "credit_code");
CREATE INDEX "supplier_qualification_of" ON "supplier_qualification"("tenant_id", "supplier_id");
CREATE INDEX "supplier_qualification_ends" ON "supplier_qualification"("tenant_id", "valid_until");
CREATE INDEX "supplier_lot_newest" ON "supplier_lot"("tenant_id", "delivered_on" DESC, "id" DESC);
CREATE UNIQUE INDEX "supplier_lot_once" ON "supplier_lot"("tenant_id", "supplier_id", "number");
CREATE INDEX "supplier_disposal_of" ON "supplier_disposal"("tenant_id", "supplier_id");

ALTER TABLE "supplier_qualification" ADD CONSTRAINT "supplier_qualification_tenant_id_supplier_id_fkey" FOREIGN KEY ("tenant_id", "supplier_id") REFERENCES "supplier"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "supplier_lot" ADD CONSTRAINT "supplier_lot_tenant_id_supplier_id_fkey" FOREIGN KEY ("tenant_id", "supplier_id") REFERENCES "supplier"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "supplier_disposal" ADD CONSTRAINT "supplier_disposal_tenant_id_supplier_id_fkey" FOREIGN KEY ("tenant_id", "supplier_id") REFERENCES "supplier"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'supplier', 'supplier_qualification', 'supplier_lot', 'supplier_disposal'
]::regclass[]) AS t;

SELECT make_append_only('supplier_disposal'::regclass);

ALTER TABLE supplier
  ADD CONSTRAINT supplier_status_known CHECK (status IN ('candidate', 'approved', 'suspended', 'blocked'));

ALTER TABLE supplier_qualification
  ADD CONSTRAINT supplier_qualification_in_order CHECK (valid_until IS NULL OR valid_from <= valid_until);

ALTER TABLE supplier_lot
  ADD CONSTRAINT supplier_lot_state_known CHECK (state IN ('waiting', 'released', 'rejected')),
  ADD CONSTRAINT supplier_lot_decided CHECK ((state = 'waiting') = (decided_by IS NULL)),
  -- Nobody releases what they tested, whatever program asks.
  ADD CONSTRAINT supplier_lot_two_people CHECK (NOT decided_by = ANY (tested_by));
