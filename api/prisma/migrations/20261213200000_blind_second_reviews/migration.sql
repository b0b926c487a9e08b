-- Accounts that were shown the first verdict while the second one was not given.
CREATE TABLE "second_review_seen" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "review_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "second_review_seen_pkey" PRIMARY KEY ("tenant_id","review_id","user_id")
);
SELECT guard_tenant_table('second_review_seen'::regclass);
SELECT make_append_only('second_review_seen');

-- Null while the second verdict waits, and of verdicts from before this was recorded.
ALTER TABLE "second_review" ADD COLUMN "is_blind" BOOLEAN;
