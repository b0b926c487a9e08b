-- Documents that were issued, with their verification codes.
CREATE TABLE "document" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "code" VARCHAR(23) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "entity" VARCHAR(64) NOT NULL,
    "entity_id" VARCHAR(64) NOT NULL,
    "title" JSONB NOT NULL,
    "language" VARCHAR(8),
    "media_type" VARCHAR(64) NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "bytes" INTEGER NOT NULL,
    "pages" INTEGER,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "made_by" VARCHAR(26),
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "document_pkey" PRIMARY KEY ("tenant_id","code")
);

CREATE INDEX "document_about" ON "document"("tenant_id", "entity", "entity_id", "kind");

SELECT guard_tenant_table('document'::regclass);
