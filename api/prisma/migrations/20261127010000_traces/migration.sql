-- The trace of the unit of work that wrote an event (W3C Trace Context); null where none was made.
ALTER TABLE "outbox_event" ADD COLUMN     "traceparent" VARCHAR(55);
