-- Renditions of evidence with blurred faces, who makes them, and who was shown an original.
ALTER TABLE "violation"
    ADD COLUMN "snapshot_blurred_sha256" CHAR(64),
    ADD COLUMN "snapshot_blur_failed" VARCHAR(500),
    ADD COLUMN "clip_blurred_sha256" CHAR(64),
    ADD COLUMN "clip_blur_failed" VARCHAR(500);

ALTER TABLE "violation"
    ADD CONSTRAINT "violation_tenant_id_snapshot_blurred_sha256_fkey" FOREIGN KEY ("tenant_id", "snapshot_blurred_sha256")
        REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD CONSTRAINT "violation_tenant_id_clip_blurred_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_blurred_sha256")
        REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD CONSTRAINT "violation_snapshot_blurred_of_one" CHECK (snapshot_blurred_sha256 IS NULL OR snapshot_sha256 IS NOT NULL),
    ADD CONSTRAINT "violation_clip_blurred_of_one" CHECK (clip_blurred_sha256 IS NULL OR clip_sha256 IS NOT NULL),
    -- A rendition is other bytes than its original: the original is never served in its place.
    ADD CONSTRAINT "violation_snapshot_blurred_differs" CHECK (snapshot_blurred_sha256 <> snapshot_sha256),
    ADD CONSTRAINT "violation_clip_blurred_differs" CHECK (clip_blurred_sha256 <> clip_sha256);

-- What is still to be made: few rows of many.
CREATE INDEX violation_unblurred ON violation (tenant_id, started_at DESC)
    WHERE (snapshot_sha256 IS NOT NULL AND snapshot_blurred_sha256 IS NULL AND snapshot_blur_failed IS NULL)
       OR (clip_sha256 IS NOT NULL AND clip_blurred_sha256 IS NULL AND clip_blur_failed IS NULL);

CREATE TABLE "blur_order" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "of" VARCHAR(16) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "blur_order_pkey" PRIMARY KEY ("tenant_id","violation_id","of")
);

CREATE TABLE "evidence_reveal" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "evidence_reveal_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "evidence_reveal_of_user" ON "evidence_reveal"("tenant_id", "user_id", "violation_id", "until_at" DESC);

ALTER TABLE "blur_order" ADD CONSTRAINT "blur_order_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id")
    REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "evidence_reveal" ADD CONSTRAINT "evidence_reveal_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id")
    REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['blur_order', 'evidence_reveal']::regclass[]) AS t;

ALTER TABLE blur_order
    ADD CONSTRAINT blur_order_of_known CHECK ("of" IN ('snapshot', 'clip'));
ALTER TABLE evidence_reveal
    -- Ten minutes at most, whatever asks for it.
    ADD CONSTRAINT evidence_reveal_short CHECK (until_at <= at + interval '10 minutes');
