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

-- People whose key was destroyed (P13): keyed indexes only. Whatever is read of them later is skipped and counted as held.
create table protection.erased (
    person_key uuid        primary key,
    erased_at  timestamptz not null
);

-- Records that reached the stations and were not let in, and why; of a row of a file the quarantine says so.
create table pipeline.held_record (
    chunk_id   uuid        not null,
    source_key uuid        not null,
    code       text        not null,
    held_at    timestamptz not null,
    primary key (chunk_id, source_key)
);

create schema rights;

-- A law, a court or an inquiry wants something kept: neither erasure nor retention touches it while it stands.
create table rights.hold (
    hold_id    uuid        primary key,
    kind       text        not null,               -- PERSON, REFERRAL
    subject    uuid        not null,
    reason     text        not null,
    set_by     text        not null,
    set_at     timestamptz not null,
    lifted_by  text,
    lifted_why text,
    lifted_at  timestamptz
);
create unique index hold_standing on rights.hold (kind, subject) where lifted_at is null;

-- An erasure: asked for by one, approved by another, with what was destroyed and how it was proven.
create table rights.erasure (
    erasure_id  uuid        primary key,
    person_key  uuid        not null,
    state       text        not null,              -- PROPOSED, DONE
    proposed_by text        not null,
    reason      text        not null,
    proposed_at timestamptz not null,
    approved_by text,
    approved_at timestamptz,
    proof       jsonb,
    check (approved_by is null or approved_by <> proposed_by)
);
create unique index erasure_proposed on rights.erasure (person_key) where state = 'PROPOSED';
create index erasure_person on rights.erasure (person_key);
