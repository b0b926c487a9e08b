-- Points that ask whether a person may start a machine or enter, what they were answered, overrides, and who operated what.
CREATE TABLE "gate_point" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "device" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "machine_id" VARCHAR(64),
    "area_id" VARCHAR(64),
    "stop_device" VARCHAR(64),
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gate_point_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "gate_decision" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "point_id" VARCHAR(26) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "target" VARCHAR(64) NOT NULL,
    "card" VARCHAR(128),
    "person_id" VARCHAR(26),
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "decision" VARCHAR(8) NOT NULL,
    "final" BOOLEAN NOT NULL,
    "codes" TEXT[],
    "reasons" JSONB NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "match_id" VARCHAR(26),
    "override_id" VARCHAR(26),

    CONSTRAINT "gate_decision_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "gate_override" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "target" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "given_by" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),

    CONSTRAINT "gate_override_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "gate_session" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "decision_id" VARCHAR(26) NOT NULL,
    "point_id" VARCHAR(26) NOT NULL,
    "machine" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3),
    "check_at" TIMESTAMPTZ(3) NOT NULL,
    "lost_at" TIMESTAMPTZ(3),
    "command_id" VARCHAR(26),

    CONSTRAINT "gate_session_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "gate_sign_on" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "gate_sign_on_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE UNIQUE INDEX "gate_point_once" ON "gate_point"("tenant_id", "device");
-- One of them is asked for the controlled stop of a machine.
CREATE UNIQUE INDEX gate_point_of_machine ON gate_point (tenant_id, machine_id) WHERE active;
CREATE INDEX "gate_decision_of_person" ON "gate_decision"("tenant_id", "person_id", "id" DESC);
CREATE INDEX "gate_decision_of_target" ON "gate_decision"("tenant_id", "target", "id" DESC);
CREATE INDEX "gate_decision_by_time" ON "gate_decision"("tenant_id", "decided_at");
CREATE UNIQUE INDEX "gate_decision_once" ON "gate_decision"("tenant_id", "point_id", "key");
CREATE INDEX "gate_sign_on_by_code" ON "gate_sign_on"("tenant_id", "digest");
CREATE INDEX "gate_override_of_person" ON "gate_override"("tenant_id", "person_id", "target", "until_at");
CREATE UNIQUE INDEX "gate_session_once" ON "gate_session"("tenant_id", "decision_id");
CREATE INDEX "gate_session_of_person" ON "gate_session"("tenant_id", "person_id", "machine");
-- A person operates a machine once at a time.
CREATE UNIQUE INDEX gate_session_open ON gate_session (tenant_id, machine, person_id) WHERE until_at IS NULL;

ALTER TABLE "gate_decision" ADD CONSTRAINT "gate_decision_tenant_id_point_id_fkey" FOREIGN KEY ("tenant_id", "point_id") REFERENCES "gate_point"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'gate_point', 'gate_decision', 'gate_override', 'gate_session', 'gate_sign_on'
]::regclass[]) AS t;

ALTER TABLE gate_point
  ADD CONSTRAINT gate_point_of_something CHECK (num_nonnulls(machine_id, area_id) > 0);
ALTER TABLE gate_decision
  ADD CONSTRAINT gate_decision_kind_known CHECK (kind IN ('start', 'entry')),
  ADD CONSTRAINT gate_decision_known CHECK (decision IN ('allow', 'hold', 'deny')),
  -- Nothing that is final is allowed by an override, whatever program asks.
  ADD CONSTRAINT gate_decision_final CHECK (NOT final OR override_id IS NULL),
  ADD CONSTRAINT gate_decision_whom CHECK (decision = 'deny' OR person_id IS NOT NULL);
ALTER TABLE gate_override
  ADD CONSTRAINT gate_override_kind_known CHECK (kind IN ('start', 'entry')),
  ADD CONSTRAINT gate_override_hours CHECK (until_at > from_at AND until_at <= from_at + interval '8 hours');
ALTER TABLE gate_session
  ADD CONSTRAINT gate_session_order CHECK (until_at >= from_at);

-- Decisions are never changed, and none of the last month is removed.
CREATE TRIGGER gate_decision_stays BEFORE UPDATE ON gate_decision
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gate_decision_kept BEFORE DELETE ON gate_decision
  FOR EACH ROW WHEN (OLD.decided_at > now() - interval '30 days') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gate_decision_never_emptied BEFORE TRUNCATE ON gate_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE device_credential
  DROP CONSTRAINT device_credential_kind_known,
  ADD CONSTRAINT device_credential_kind_known
    CHECK (kind IN ('reader', 'tracker', 'machine', 'actuator', 'worker', 'gateway', 'personnel', 'gate', 'shared'));
