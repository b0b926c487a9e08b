-- When the worker said who the actor of a violation was: a hand-over that is told later makes later names ambiguous.
ALTER TABLE violation ADD COLUMN "identity_said_at" TIMESTAMPTZ(3);

-- Badges of hand-overs whose condition went with the consent of the wearer: no person, and no other badge.
CREATE TABLE "badge_suspect" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "badge_id" VARCHAR(26) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "badge_suspect_pkey" PRIMARY KEY ("tenant_id","badge_id","since")
);
SELECT guard_tenant_table('badge_suspect'::regclass);
