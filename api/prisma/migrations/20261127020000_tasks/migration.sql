-- The list of tasks reads open cases of all kinds in the order of their time limits, page by page.
CREATE INDEX workflow_case_tasks ON workflow_case (tenant_id, coalesce(due_at, 'infinity'::timestamptz), id)
  WHERE closed_at IS NULL;
-- Nothing read the two before it: no query asks for cases of one kind by their time limit, and under
-- the tenants' policies PostgreSQL uses no GIN index for an operator that is not leakproof. Each new
-- case paid for them.
DROP INDEX workflow_case_due;
DROP INDEX workflow_case_assignees;
