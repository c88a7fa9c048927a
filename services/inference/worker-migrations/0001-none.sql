-- A worker keeps no state of its own: this schema holds only its outbox and inbox.
SELECT 1;
