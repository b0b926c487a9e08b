-- The list of what is done or closed, by day. Cases that are open have an index of their own.
CREATE INDEX obligation_case_ended ON obligation_case (tenant_id, outcome, sort_on, id) WHERE ended_at IS NOT NULL;
