-- AlterTable
ALTER TABLE "violation" ADD COLUMN     "model_log_id" VARCHAR(26);

-- CreateTable
CREATE TABLE "model_version" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "version" VARCHAR(64) NOT NULL,
    "weights_sha256" CHAR(64) NOT NULL,
    "card_sha256" CHAR(64) NOT NULL,
    "task" VARCHAR(64) NOT NULL,
    "card" JSONB NOT NULL,
    "first_loaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_version_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_announcement" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "source" VARCHAR(256) NOT NULL,
    "event_id" VARCHAR(128) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_announcement_pkey" PRIMARY KEY ("tenant_id","source","event_id")
);

-- CreateTable
CREATE TABLE "model_log" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "model_version_id" VARCHAR(26) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "camera" VARCHAR(64),
    "kind" VARCHAR(16) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_log_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_decision" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "model_version_id" VARCHAR(26) NOT NULL,
    "decision" VARCHAR(16) NOT NULL,
    "reason" TEXT NOT NULL,
    "review_id" VARCHAR(26),
    "files" TEXT[],
    "by_user" VARCHAR(26),
    "by_name" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_decision_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_review" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by" VARCHAR(26),
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "closed_at" TIMESTAMPTZ(3),
    "outcome" VARCHAR(16),
    "reason" TEXT,
    "new_version_id" VARCHAR(26),
    "figures" JSONB NOT NULL,

    CONSTRAINT "model_review_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_drop" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "model_name" VARCHAR(64) NOT NULL,
    "model_version" VARCHAR(64) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "week" DATE NOT NULL,
    "baseline" JSONB NOT NULL,
    "recent" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_drop_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "review_months" INTEGER NOT NULL DEFAULT 6,
    "min_judged" INTEGER NOT NULL DEFAULT 20,
    "faces" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "model_setting_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "model_label_export" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "filter" JSONB NOT NULL,
    "counts" JSONB,
    "problem" TEXT,
    "sha256" CHAR(64),
    "bytes" INTEGER,
    "requested_by" VARCHAR(26) NOT NULL,
    "requested_name" JSONB NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_label_export_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_version_once" ON "model_version"("tenant_id", "name", "version", "weights_sha256", "card_sha256");

-- CreateIndex
CREATE INDEX "model_log_by_camera" ON "model_log"("tenant_id", "worker", "camera", "seq" DESC);

-- CreateIndex
CREATE INDEX "model_log_by_version" ON "model_log"("tenant_id", "model_version_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "model_decision_by_version" ON "model_decision"("tenant_id", "model_version_id", "at");

-- CreateIndex
CREATE INDEX "model_review_newest" ON "model_review"("tenant_id", "opened_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "model_drop_once" ON "model_drop"("tenant_id", "model_name", "model_version", "rule", "week");

-- CreateIndex
CREATE INDEX "model_label_export_newest" ON "model_label_export"("tenant_id", "requested_at" DESC);

-- AddForeignKey
ALTER TABLE "model_log" ADD CONSTRAINT "model_log_tenant_id_model_version_id_fkey" FOREIGN KEY ("tenant_id", "model_version_id") REFERENCES "model_version"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_decision" ADD CONSTRAINT "model_decision_tenant_id_model_version_id_fkey" FOREIGN KEY ("tenant_id", "model_version_id") REFERENCES "model_version"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'model_version', 'model_announcement', 'model_log', 'model_decision', 'model_review', 'model_drop',
  'model_setting', 'model_label_export'
]::regclass[]) AS t;

SELECT make_append_only(t) FROM unnest(ARRAY[
  'model_version', 'model_announcement', 'model_log', 'model_decision', 'model_drop'
]::regclass[]) AS t;

ALTER TABLE model_log ADD CONSTRAINT model_log_kind_known CHECK (kind IN ('loaded', 'unloaded'));

ALTER TABLE model_decision
  ADD CONSTRAINT model_decision_known CHECK (decision IN ('activated', 'retired')),
  ADD CONSTRAINT model_decision_with_reason CHECK (length(btrim(reason)) > 0);

ALTER TABLE model_review
  ADD CONSTRAINT model_review_outcome_known CHECK (outcome IN ('keep', 'replace')),
  ADD CONSTRAINT model_review_over_with_outcome CHECK ((closed_at IS NULL) = (outcome IS NULL)),
  ADD CONSTRAINT model_review_new_version CHECK (outcome IS DISTINCT FROM 'replace' OR new_version_id IS NOT NULL);

-- One at a time.
CREATE UNIQUE INDEX model_review_one_open ON model_review (tenant_id) WHERE closed_at IS NULL;

ALTER TABLE model_setting
  ADD CONSTRAINT model_setting_months CHECK (review_months BETWEEN 1 AND 6),
  ADD CONSTRAINT model_setting_judged CHECK (min_judged BETWEEN 5 AND 1000);

ALTER TABLE model_label_export
  ADD CONSTRAINT model_label_export_state_known CHECK (state IN ('waiting', 'ready', 'failed', 'removed')),
  ADD CONSTRAINT model_label_export_ready_whole
    CHECK (state <> 'ready' OR (sha256 IS NOT NULL AND counts IS NOT NULL));

-- Verdicts of a rule by model, for the figures over time.
CREATE INDEX violation_by_model ON violation (tenant_id, model_name, model_version, started_at);

-- A review keeps for good what was known when it was opened.
CREATE FUNCTION keep_model_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a review of the models is closed and never removed';
  END IF;
  IF (NEW.opened_at, NEW.opened_by, NEW.figures) IS DISTINCT FROM (OLD.opened_at, OLD.opened_by, OLD.figures) THEN
    RAISE EXCEPTION 'what a review of the models was opened with is never changed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER model_review_kept BEFORE UPDATE OR DELETE ON model_review
  FOR EACH ROW EXECUTE FUNCTION keep_model_review();
