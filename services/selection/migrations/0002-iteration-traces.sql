-- W3C traceparent of the span in which the iteration began: what follows a pause or a failure belongs to the same trace.
ALTER TABLE iterations ADD COLUMN traceparent text NOT NULL DEFAULT '';
