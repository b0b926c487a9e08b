-- CreateTable
CREATE TABLE "tenant_feature" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "feature" VARCHAR(64) NOT NULL,
    "on" BOOLEAN NOT NULL,
    "changed_by" VARCHAR(26),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_feature_pkey" PRIMARY KEY ("tenant_id","feature")
);

-- CreateTable
CREATE TABLE "tenant_preset" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "preset" VARCHAR(64) NOT NULL,
    "applied_by" VARCHAR(26),
    "applied_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_preset_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "dictionary_entry" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "dictionary" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "preset" VARCHAR(64),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dictionary_entry_pkey" PRIMARY KEY ("tenant_id","dictionary","id")
);

-- CreateTable
CREATE TABLE "notice" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "title" JSONB NOT NULL,
    "body" JSONB NOT NULL,
    "link" TEXT,
    "subject_entity" VARCHAR(64),
    "subject_id" VARCHAR(128),
    "sender_id" VARCHAR(26),
    "count" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notice_recipient" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "notice_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_recipient_pkey" PRIMARY KEY ("tenant_id","notice_id","user_id")
);

-- CreateTable
CREATE TABLE "notice_delivery" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "notice_id" VARCHAR(26) NOT NULL,
    "channel" VARCHAR(16) NOT NULL,
    "recipient" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "detail" TEXT,
    "digest" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "notice_delivery_pkey" PRIMARY KEY ("tenant_id","notice_id","channel","recipient")
);

-- CreateTable
CREATE TABLE "notice_preference" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "channel" VARCHAR(16) NOT NULL,
    "on" BOOLEAN NOT NULL,

    CONSTRAINT "notice_preference_pkey" PRIMARY KEY ("tenant_id","user_id","kind","channel")
);

-- CreateTable
CREATE TABLE "notice_profile" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "language" VARCHAR(2) NOT NULL DEFAULT 'zh',
    "email" TEXT,
    "time_zone" VARCHAR(64),
    "quiet_from" VARCHAR(5),
    "quiet_to" VARCHAR(5),
    "push_severity" VARCHAR(16) NOT NULL DEFAULT 'info',
    "email_severity" VARCHAR(16) NOT NULL DEFAULT 'info',

    CONSTRAINT "notice_profile_pkey" PRIMARY KEY ("tenant_id","user_id")
);

-- CreateTable
CREATE TABLE "push_subscription" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "endpoint" TEXT NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "p256dh" VARCHAR(128) NOT NULL,
    "auth" VARCHAR(64) NOT NULL,
    "device" VARCHAR(200),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_ok_at" TIMESTAMPTZ(3),

    CONSTRAINT "push_subscription_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notice_robot" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "format" VARCHAR(16) NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT,
    "language" VARCHAR(2) NOT NULL DEFAULT 'zh',
    "kinds" TEXT[],
    "severity" VARCHAR(16) NOT NULL DEFAULT 'warning',
    "on" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_robot_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "notice_same_thing" ON "notice"("tenant_id", "subject_entity", "subject_id", "kind", "created_at" DESC);

-- CreateIndex
CREATE INDEX "notice_by_time" ON "notice"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "notice_newest_of_user" ON "notice_recipient"("tenant_id", "user_id", "at" DESC, "notice_id" DESC);

-- CreateIndex
CREATE INDEX "notice_unread_of_user" ON "notice_recipient"("tenant_id", "user_id", "read_at");

-- CreateIndex
CREATE INDEX "notice_delivery_due" ON "notice_delivery"("tenant_id", "state", "next_at");

-- CreateIndex
CREATE INDEX "push_subscription_tenant_id_user_id_idx" ON "push_subscription"("tenant_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "push_subscription_tenant_id_digest_key" ON "push_subscription"("tenant_id", "digest");

-- AddForeignKey
ALTER TABLE "notice_recipient" ADD CONSTRAINT "notice_recipient_tenant_id_notice_id_fkey" FOREIGN KEY ("tenant_id", "notice_id") REFERENCES "notice"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_delivery" ADD CONSTRAINT "notice_delivery_tenant_id_notice_id_fkey" FOREIGN KEY ("tenant_id", "notice_id") REFERENCES "notice"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'tenant_feature', 'tenant_preset', 'dictionary_entry', 'notice', 'notice_recipient',
  'notice_delivery', 'notice_preference', 'notice_profile', 'push_subscription', 'notice_robot'
]::regclass[]) AS t;

SELECT make_append_only('tenant_preset');

ALTER TABLE notice
  ADD CONSTRAINT notice_severity_known CHECK (severity IN ('info', 'warning', 'critical'));
ALTER TABLE notice_delivery
  ADD CONSTRAINT notice_delivery_state_known CHECK (
    state IN ('waiting', 'held', 'sending', 'sent', 'failed', 'skipped', 'unknown'));

-- What the accounts of the tenant may do has changed, for every API process: whoever listens to
-- accounts looks again which modules are on. Sent with the commit, and only then.
CREATE FUNCTION tell_feature_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('anshi_account', COALESCE(NEW.tenant_id, OLD.tenant_id) || '|*');
  RETURN NULL;
END
$$;
CREATE TRIGGER feature_changed AFTER INSERT OR UPDATE OR DELETE ON tenant_feature
  FOR EACH ROW EXECUTE FUNCTION tell_feature_change();

-- A notice is rewritten when it is read or sent, and often looked for while it waits.
ALTER TABLE notice_delivery SET (fillfactor = 80);
