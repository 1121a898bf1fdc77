-- Until when a relay promises to look for itself. A NOTIFY in every transaction would make all of them commit one after
-- another, each with its own flush. Unlogged: after a crash nobody has promised anything, and senders ring.
create unlogged table outbox.watch (
    is_one        boolean     primary key default true check (is_one),
    watched_until timestamptz not null
);
