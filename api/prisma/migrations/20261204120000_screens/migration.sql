-- Screens on the walls of control rooms: groups of cameras, screens, and the codes by which they are paired.
CREATE TABLE "wall_group" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "cameras" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by_name" JSONB,

    CONSTRAINT "wall_group_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "wall_screen" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "group_id" VARCHAR(26) NOT NULL,
    "secret_hash" CHAR(64) NOT NULL,
    "paired_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paired_by" VARCHAR(26),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "address" VARCHAR(64),
    "version" INTEGER NOT NULL DEFAULT 1,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" VARCHAR(26),

    CONSTRAINT "wall_screen_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "screen_pairing" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "code_hash" CHAR(64) NOT NULL,
    "secret_hash" CHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "address" VARCHAR(64),

    CONSTRAINT "screen_pairing_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "wall_screen_secret" ON "wall_screen"("tenant_id", "secret_hash");
CREATE UNIQUE INDEX "screen_pairing_code" ON "screen_pairing"("tenant_id", "code_hash");
CREATE UNIQUE INDEX "screen_pairing_secret" ON "screen_pairing"("tenant_id", "secret_hash");

SELECT guard_tenant_table('wall_group'::regclass);
SELECT guard_tenant_table('wall_screen'::regclass);
SELECT guard_tenant_table('screen_pairing'::regclass);

ALTER TABLE "wall_screen" ADD CONSTRAINT "wall_screen_tenant_id_group_id_fkey" FOREIGN KEY ("tenant_id", "group_id") REFERENCES "wall_group"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
