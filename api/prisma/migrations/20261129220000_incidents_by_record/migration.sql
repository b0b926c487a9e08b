-- What came since a reviewer looked last is counted and listed by when it was recorded.
CREATE INDEX "incident_opened" ON "incident"("tenant_id", "opened_at");
