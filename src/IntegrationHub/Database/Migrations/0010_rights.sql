-- Proof that anyone can check, and the rights of the person (docs/adr/2611-daily-roots.md, 2611-erasure-and-retention.md).

-- By which digest an entry was hashed, and by which the next one will be: a chain may change its digest and still verify.
alter table audit.entry add column digest text not null default 'SHA-256';
alter table audit.head  add column digest text not null default 'SHA-256';
create index entry_action on audit.entry (action);

-- Whose signature the roots bear. The private half is sealed in a file beside the master key, never here.
create table audit.signing_key (
    key_id     text        primary key,
    suite      text        not null,
    public_key bytea       not null,
    made_at    timestamptz not null
);

-- What the chain had said when a day in China ended, signed: whoever holds yesterday's root can tell that history stayed.
create table audit.root (
    day            date        primary key,
    first_sequence bigint      not null,           -- after the last one where the day has no entry
    last_sequence  bigint      not null,
    digest         text        not null,
    head           bytea       not null,           -- hash of the last entry
    previous       bytea       not null,           -- digest of the statement before; empty for the first
    statement      text        not null,           -- the signed words
    suite          text        not null,
    key_id         text        not null references audit.signing_key,
    signature      bytea       not null,
    made_at        timestamptz not null,
    exported_at    timestamptz
);
