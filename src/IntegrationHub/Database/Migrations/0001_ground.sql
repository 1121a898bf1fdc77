-- The ground: keys, audit, outbox. One schema per station; a station's SQL names only its own.

create schema protection;

-- One wrapped key per person. Deleting the row shreds the person everywhere (P13).
create table protection.subject_key (
    person_key uuid  primary key,
    wrapped    bytea not null
);

create schema audit;

create table audit.entry (
    sequence      bigint      primary key,
    at            timestamptz not null,
    actor         text        not null,
    action        text        not null,
    subject       text        not null,
    detail        text        not null,
    previous_hash bytea       not null,
    hash          bytea       not null
);

-- The end of the chain, and the lock its writers queue on.
create table audit.head (
    single   boolean primary key default true check (single),
    sequence bigint  not null,
    hash     bytea   not null
);
insert into audit.head (sequence, hash) values (0, decode(repeat('00', 32), 'hex'));

create schema outbox;

-- What the hub has decided to say and has not said yet. With the in-memory bus a row stays, marked, until it is consumed.
create table outbox.message (
    id         bigint      generated always as identity primary key,
    message_id uuid        not null unique,
    topic      text        not null,
    body       bytea       not null,
    created_at timestamptz not null,
    sent_at    timestamptz
);
create index message_waiting on outbox.message (id) where sent_at is null;

-- One ticket per message and consumer, torn off by the consumer in the transaction of its effects.
-- No ticket, no effect: a copy that comes later, tomorrow or next year finds none.
create table outbox.ticket (
    message_id uuid not null,
    consumer   text not null,
    primary key (message_id, consumer)
);

create schema failures;

-- Every message or record that failed for good, until a person decides.
create table failures.failed_message (
    failure_id        bigint      generated always as identity primary key,
    message_id        uuid        not null,
    endpoint          text        not null,
    message_type      text        not null,
    exception_type    text        not null,
    exception_message text        not null,
    stack             text        not null,
    group_key         text        not null,
    body              bytea       not null,
    state             text        not null default 'NEW',
    attempts          int         not null default 1,
    first_failed_at   timestamptz not null,
    last_failed_at    timestamptz not null,
    unique (message_id, endpoint)
);
create index failed_message_group on failures.failed_message (group_key) where state = 'NEW';
