-- Files of the devices that sense, compute and transmit, and whether their protection suits their place.
ALTER TABLE "area" ADD COLUMN "dust" VARCHAR(16) NOT NULL DEFAULT 'none';
ALTER TABLE "area" ADD CONSTRAINT area_dust_known CHECK (dust IN ('none', 'dusty'));

CREATE TABLE "device_file" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "ref" VARCHAR(64),
    "area_id" VARCHAR(64),
    "place" VARCHAR(256),
    "maker" VARCHAR(128),
    "model" VARCHAR(128),
    "serial" VARCHAR(128),
    "installed_on" DATE,
    "maintenance_days" INTEGER,
    "maintained_on" DATE,
    "ip_solids" INTEGER,
    "ip_water" INTEGER,
    "vibration" VARCHAR(128),
    "interference" VARCHAR(128),
    "link" VARCHAR(16),
    "status" VARCHAR(16) NOT NULL DEFAULT 'in-use',
    "told_due" DATE,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "device_file_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "device_finding" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "device_id" VARCHAR(26) NOT NULL,
    "fault" VARCHAR(16) NOT NULL,
    "facts" VARCHAR(128) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_finding_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "device_file_by_name" ON "device_file"("tenant_id", "name", "id");
CREATE INDEX "device_file_in_area" ON "device_file"("tenant_id", "area_id");
CREATE INDEX "device_finding_of" ON "device_finding"("tenant_id", "device_id", "opened_at" DESC);
CREATE UNIQUE INDEX device_file_ref_once ON device_file (tenant_id, kind, ref) WHERE ref IS NOT NULL AND status <> 'retired';
CREATE UNIQUE INDEX device_finding_one_open ON device_finding (tenant_id, device_id) WHERE closed_at IS NULL;

ALTER TABLE "device_finding" ADD CONSTRAINT "device_finding_tenant_id_device_id_fkey" FOREIGN KEY ("tenant_id", "device_id") REFERENCES "device_file"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['device_file', 'device_finding']::regclass[]) AS t;

ALTER TABLE device_file
  ADD CONSTRAINT device_file_status_known CHECK (status IN ('in-use', 'stored', 'retired')),
  ADD CONSTRAINT device_file_link_known CHECK (link IN ('ethernet', 'wifi', '5g', 'lora', 'serial')),
  ADD CONSTRAINT device_file_ip_solids CHECK (ip_solids BETWEEN 0 AND 6),
  ADD CONSTRAINT device_file_ip_water CHECK (ip_water BETWEEN 0 AND 9),
  ADD CONSTRAINT device_file_period CHECK (maintenance_days BETWEEN 1 AND 3650);
ALTER TABLE device_finding ADD CONSTRAINT device_finding_fault_known CHECK (fault IN ('low', 'unknown'));
