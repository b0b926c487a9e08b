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

-- An address that was made with a stolen session ends with the password and the second factor.
CREATE FUNCTION end_obligation_feed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM obligation_feed f WHERE f.tenant_id = NEW.tenant_id AND f.user_id = NEW.id;
  RETURN NEW;
END
$$;
CREATE TRIGGER end_obligation_feed AFTER UPDATE OF password_hash, totp_since ON app_user FOR EACH ROW
  WHEN (OLD.password_hash IS DISTINCT FROM NEW.password_hash OR OLD.totp_since IS DISTINCT FROM NEW.totp_since)
  EXECUTE FUNCTION end_obligation_feed();
