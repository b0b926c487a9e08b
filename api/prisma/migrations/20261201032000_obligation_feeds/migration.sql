-- The address by which a calendar program reads what falls due for an account: one for each account.
CREATE TABLE "obligation_feed" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "language" VARCHAR(2) NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fetched_at" TIMESTAMPTZ(3),

    CONSTRAINT "obligation_feed_pkey" PRIMARY KEY ("tenant_id","user_id")
);
CREATE UNIQUE INDEX "obligation_feed_address" ON "obligation_feed"("tenant_id", "digest");
SELECT guard_tenant_table('obligation_feed'::regclass);
