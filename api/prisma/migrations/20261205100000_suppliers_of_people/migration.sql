-- The company of a contractor may be a supplier of the register, whose contract has a last day.
ALTER TABLE "supplier" ADD COLUMN "contract_until" DATE;
ALTER TABLE "person" ADD COLUMN "supplier_id" VARCHAR(26);
CREATE INDEX "person_of_supplier" ON "person"("tenant_id", "supplier_id");
ALTER TABLE "person" ADD CONSTRAINT "person_tenant_id_supplier_id_fkey" FOREIGN KEY ("tenant_id", "supplier_id") REFERENCES "supplier"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
