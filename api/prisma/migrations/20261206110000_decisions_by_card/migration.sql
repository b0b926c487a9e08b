-- Decisions by a card are found again where its binding is corrected.
CREATE INDEX gate_decision_by_card ON gate_decision (tenant_id, lower(card), decided_at) WHERE card IS NOT NULL;
