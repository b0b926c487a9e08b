-- What a person chose for the pages.
CREATE TABLE "user_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "value" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_setting_pkey" PRIMARY KEY ("tenant_id","user_id","key")
);

SELECT guard_tenant_table(t) FROM unnest(ARRAY['user_setting']::regclass[]) AS t;

-- 16 KiB as the API counts them; jsonb as text has spaces beside.
ALTER TABLE user_setting ADD CONSTRAINT user_setting_size CHECK (octet_length(value::text) <= 65536);
