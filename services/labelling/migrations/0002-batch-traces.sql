-- W3C traceparent of the span in which the batch was opened: the batch is labelled in that trace, whoever answers last.
ALTER TABLE batch ADD COLUMN traceparent text NOT NULL DEFAULT '';
