-- The list of all that is over, done or closed, by day. Without it that list sorts all of them.
CREATE INDEX obligation_case_past ON obligation_case (tenant_id, sort_on, id) WHERE ended_at IS NOT NULL;
