-- Clips of other cameras at the place of a violation, of the same time.
CREATE TABLE "scene_clip" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "violation_id" VARCHAR(26) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "camera_name" JSONB NOT NULL,
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "ordered_by" VARCHAR(26),
    "wanted_at" TIMESTAMPTZ(3),
    "clip_sha256" CHAR(64),
    "clip_boxes_sha256" CHAR(64),
    "clip_blurred_sha256" CHAR(64),
    "clip_blur_failed" VARCHAR(500),
    "clip_from" TIMESTAMPTZ(3),
    "clip_to" TIMESTAMPTZ(3),
    "clip_duration_seconds" DOUBLE PRECISION,
    "clip_partial" BOOLEAN,
    "missing_reason" VARCHAR(32),
    "missing_message" VARCHAR(500),

    CONSTRAINT "scene_clip_pkey" PRIMARY KEY ("tenant_id","id"),
    CONSTRAINT "scene_clip_or_reason" CHECK (clip_sha256 IS NULL OR missing_reason IS NULL),
    CONSTRAINT "scene_clip_blurred_of_one" CHECK (clip_blurred_sha256 IS NULL OR clip_sha256 IS NOT NULL),
    CONSTRAINT "scene_clip_blurred_differs" CHECK (clip_blurred_sha256 <> clip_sha256)
);
CREATE UNIQUE INDEX scene_clip_of_camera ON scene_clip (tenant_id, violation_id, camera);
-- For the term of evidence, which is asked for by the file.
CREATE INDEX scene_clip_original ON scene_clip (tenant_id, clip_sha256);
CREATE INDEX scene_clip_blurred ON scene_clip (tenant_id, clip_blurred_sha256);
CREATE INDEX scene_clip_boxes ON scene_clip (tenant_id, clip_boxes_sha256);
-- What is still to be blurred: few rows.
CREATE INDEX scene_clip_unblurred ON scene_clip (tenant_id, wanted_at)
    WHERE wanted_at IS NOT NULL AND clip_sha256 IS NOT NULL AND clip_blurred_sha256 IS NULL AND clip_blur_failed IS NULL;

ALTER TABLE "scene_clip" ADD CONSTRAINT "scene_clip_tenant_id_violation_id_fkey" FOREIGN KEY ("tenant_id", "violation_id")
    REFERENCES "violation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "scene_clip" ADD CONSTRAINT "scene_clip_tenant_id_clip_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_sha256")
    REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "scene_clip" ADD CONSTRAINT "scene_clip_tenant_id_clip_blurred_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_blurred_sha256")
    REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "scene_clip" ADD CONSTRAINT "scene_clip_tenant_id_clip_boxes_sha256_fkey" FOREIGN KEY ("tenant_id", "clip_boxes_sha256")
    REFERENCES "evidence"("tenant_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table('scene_clip'::regclass);

-- Both are also kept for clips of the scene, under the id of the clip.
ALTER TABLE "clip_order" DROP CONSTRAINT "clip_order_tenant_id_violation_id_fkey";
ALTER TABLE "blur_order" DROP CONSTRAINT "blur_order_tenant_id_violation_id_fkey";
