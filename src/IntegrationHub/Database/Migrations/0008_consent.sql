-- What a consent says beside its scope (docs/adr/2611-consent-is-a-ledger.md): how it was given, who spoke for the person
-- and with what evidence, on what basis; and every telling of an event, where one sequence was told in two ways.

alter table consent.event
    add column number            bigint generated always as identity, -- per person in the order of commits: see head
    add column content_hash      uuid   not null default gen_random_uuid(),
    add column origin            text   not null default 'SOURCE',    -- SOURCE, DESK, CLOCK
    add column method            text,
    add column given_by          uuid,                                -- keyed pseudonym of a guardian or agent
    add column capacity_evidence text,
    add column lawful_basis      text   not null default 'CONSENT';
alter table consent.event alter column content_hash drop default;
alter table consent.event alter column origin drop default;
alter table consent.event alter column lawful_basis drop default;

-- The same event is one row; the same sequence told otherwise, or of another person, is one more.
alter table consent.event drop constraint event_pkey;
alter table consent.event add primary key (consent_id, sequence, person_key, content_hash);
create index event_number on consent.event (number);
create index event_given_until on consent.event (valid_to) where type in ('Given', 'Narrowed', 'Renewed');

-- One row a person who has events. Writers queue here, so that a person's numbers grow in the order of commits and
-- "read up to number n" means the same for ever; a claim holds it, so that a withdrawal comes before it or after it.
create table consent.head (
    person_key uuid        primary key,
    changed_at timestamptz not null
);
insert into consent.head (person_key, changed_at)
select person_key, max(recorded_at) from consent.event group by person_key;

-- P18: who objected to being matched by a machine, and when a person confirmed the matching. The newest word counts.
create table consent.matching (
    number     bigint      generated always as identity primary key,
    person_key uuid        not null,
    objects    boolean     not null,
    said_by    text        not null,
    reason     text        not null,
    at         timestamptz not null
);
create index matching_person on consent.matching (person_key, number);

-- P15: what is known of a death. The newest row of a person counts; SUSPECTED holds everything until someone has looked.
create table identity.death (
    number     bigint      generated always as identity primary key,
    person_key uuid        not null,
    status     text        not null check (status in ('NONE', 'SUSPECTED', 'CONFIRMED')),
    origin     text        not null,               -- RECORD, OPERATOR
    evidence   text,                               -- reference or hash, never a text about the person
    said_by    text        not null,
    reason     text        not null,
    at         timestamptz not null
);
create index death_person on identity.death (person_key, number);

-- Records whose name cell says that the person is dead (D3): where the note goes, the suspicion goes.
create table identity.death_note (
    source_key uuid        primary key,
    person_key uuid        not null,
    noted_at   timestamptz not null
);
create index death_note_person on identity.death_note (person_key);

alter table disclosure.decision
    add column facts   jsonb,                      -- what it rested on, without personal data; null before this version
    add column members jsonb;                      -- the others of the household it permits, each by their own consent

-- Of whom else of the household a release told: their data too were given away (P11, P20).
create table disclosure.release_member (
    release_id       uuid   not null references disclosure.release,
    person_key       uuid   not null,
    items            text[] not null,
    consent_id       text   not null,
    consent_sequence int    not null,
    primary key (release_id, person_key)
);
create index release_member_person on disclosure.release_member (person_key);
