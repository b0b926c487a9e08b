-- Files of rows that are imported, each with its rows, and what headings meant the last time.
CREATE TABLE "data_import" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "file_id" VARCHAR(26),
    "file_name" VARCHAR(255) NOT NULL,
    "created_by" VARCHAR(26) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,
    "state" VARCHAR(16) NOT NULL,
    "sheet" INTEGER,
    "heading_row" INTEGER,
    "mapping" JSONB,
    "mode" VARCHAR(16),
    "problem" JSONB,
    "processed" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "good" INTEGER NOT NULL DEFAULT 0,
    "bad" INTEGER NOT NULL DEFAULT 0,
    "warned" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "undone" INTEGER NOT NULL DEFAULT 0,
    "kept" INTEGER NOT NULL DEFAULT 0,
    "runner" VARCHAR(128),
    "heartbeat_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "data_import_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "data_import_row" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "import_id" VARCHAR(26) NOT NULL,
    "row" INTEGER NOT NULL,
    "label" VARCHAR(200) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "warned" BOOLEAN NOT NULL DEFAULT false,
    "issues" JSONB NOT NULL DEFAULT '[]',
    "record" VARCHAR(64),
    "record_version" INTEGER,

    CONSTRAINT "data_import_row_pkey" PRIMARY KEY ("tenant_id","import_id","row")
);

CREATE TABLE "import_heading" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "heading" VARCHAR(100) NOT NULL,
    "field" VARCHAR(32) NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "import_heading_pkey" PRIMARY KEY ("tenant_id","kind","heading")
);

CREATE INDEX "data_import_of_kind" ON "data_import"("tenant_id", "kind", "id" DESC);

CREATE INDEX "data_import_row_by_state" ON "data_import_row"("tenant_id", "import_id", "state", "row");

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'data_import', 'data_import_row', 'import_heading'
]::regclass[]) AS t;

ALTER TABLE data_import
  ADD CONSTRAINT data_import_state
    CHECK (state IN ('mapping', 'checking', 'checked', 'running', 'done', 'undoing', 'undone', 'failed')),
  ADD CONSTRAINT data_import_mode CHECK (mode IN ('good-rows', 'all-or-nothing'));

ALTER TABLE data_import_row
  ADD CONSTRAINT data_import_row_state
    CHECK (state IN ('good', 'bad', 'done', 'failed', 'undone', 'kept')),
  -- What was made of a row is known as long as it may be undone.
  ADD CONSTRAINT data_import_row_record
    CHECK ((state IN ('done', 'undone', 'kept')) = (record IS NOT NULL));

-- A person who was imported by mistake, and whom nothing else refers to, goes with the post that the
-- import gave them.
ALTER TABLE post_holding
  DROP CONSTRAINT "post_holding_tenant_id_person_id_fkey",
  ADD CONSTRAINT "post_holding_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id")
    REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
