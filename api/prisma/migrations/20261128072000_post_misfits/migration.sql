-- Who holds a post and when they are compared with it next, and who does not fit.
CREATE TABLE "match_watch" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "quiet" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "match_watch_pkey" PRIMARY KEY ("tenant_id","person_id")
);

CREATE TABLE "post_misfit" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "post_id" VARCHAR(26) NOT NULL,
    "decision" VARCHAR(8) NOT NULL,
    "reasons" JSONB NOT NULL,
    "since_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "decision_id" VARCHAR(26) NOT NULL,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "post_misfit_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "match_watch_due" ON "match_watch"("tenant_id", "due_at");
CREATE INDEX "post_misfit_newest" ON "post_misfit"("tenant_id", "since_at" DESC, "id" DESC);
CREATE INDEX "post_misfit_of_person" ON "post_misfit"("tenant_id", "person_id");
-- A person who does not fit a post has one open row of it.
CREATE UNIQUE INDEX post_misfit_open ON post_misfit (tenant_id, person_id, post_id) WHERE closed_at IS NULL;

ALTER TABLE "match_watch" ADD CONSTRAINT "match_watch_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "post_misfit" ADD CONSTRAINT "post_misfit_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['match_watch', 'post_misfit']::regclass[]) AS t;

ALTER TABLE post_misfit
  ADD CONSTRAINT post_misfit_decision CHECK (decision IN ('hold', 'deny')),
  ADD CONSTRAINT post_misfit_order CHECK (closed_at >= since_at);
