-- Who a record is about, where no number decides (docs/adr/2611-identity-linkage.md). Records are never rewritten to
-- join two people: an alias says that one key means another, and taking the alias back leaves everything as it was.

-- Null while a row is as it first came: the first load pays nothing for history.
alter table identity.member      add column since bigint;
alter table identity.household   add column since bigint;
alter table identity.recognition add column since bigint;

-- Blind index of the household's phone, to be compared without opening anything.
alter table identity.household   add column phone_index uuid;

-- What a row said before it changed or ended. Versions of records are milliseconds, so they are instants here.
create table identity.past_member (
    source_key    uuid        not null,
    household_ref text        not null,
    person_key    uuid        not null,
    relation      text,
    valid_from    timestamptz not null,
    valid_to      timestamptz not null,
    primary key (source_key, valid_from)
);
create index past_member_person on identity.past_member (person_key);

create table identity.past_household (
    source_key    uuid        not null,
    household_ref text        not null,
    head_key      uuid        not null,
    division      text        not null,
    category      text,
    valid_from    timestamptz not null,
    valid_to      timestamptz not null,
    primary key (source_key, valid_from)
);
create index past_household_ref on identity.past_household (household_ref);

create table identity.past_recognition (
    source_key      uuid        not null,
    person_key      uuid        not null,
    household_ref   text        not null,
    recognition_ref text        not null,
    category        text        not null,
    recognised_on   date        not null,
    ended_on        date,
    valid_from      timestamptz not null,
    valid_to        timestamptz not null,
    primary key (source_key, valid_from)
);
create index past_recognition_person on identity.past_recognition (person_key);

-- The key of a number of fifteen digits, and the key its eighteen would have.
create table identity.derived (
    derived_key uuid primary key,
    person_key  uuid not null
);
create index derived_person on identity.derived (person_key);

-- Pairs that a person is asked about. A pair keeps its id, so that an answer is never asked for twice.
create table identity.review (
    review_id    uuid        primary key,
    kind         text        not null,          -- RENAME, SHARED_ID, DERIVED_ID, CORRECTED_ID, MISSING_ID
    one_key      uuid        not null,          -- a person, or one name of a person (then one_person and one_name say which)
    one_person   uuid        not null,
    one_name     uuid,
    other_key    uuid        not null,
    other_person uuid        not null,
    other_name   uuid,
    score        real        not null,
    explanation  text[]      not null,          -- what agreed and what did not, in codes without values
    fingerprint  uuid        not null,          -- of what was compared: other data make a new question
    rule_version text        not null,
    state        text        not null,          -- OPEN, PROPOSED, MERGED, REJECTED, SETTLED
    opened_at    timestamptz not null,
    keep_key     uuid,                          -- who is to remain, where the proposer chose
    proposed_by  text,
    decided_by   text,
    decided_at   timestamptz,
    reason       text,
    check (one_key < other_key)
);
create index review_open on identity.review (state) where state in ('OPEN', 'PROPOSED');
create index review_other on identity.review (other_key);
create index review_one on identity.review (one_key);

-- One key means another. A person's merge has two names under it (R49); what the rules did has the hub's.
create table identity.alias (
    alias_key    uuid        primary key,
    person_key   uuid        not null,          -- whose the key is: itself, or the number one of whose names it is
    name_index   uuid,                          -- that name
    into_key     uuid        not null,
    reason       text        not null,          -- CORRECTED_ID, FROM_15_DIGITS, DUPLICATE_ID, MERGED
    automatic    boolean     not null,
    review_id    uuid        not null,
    score        real        not null,
    explanation  text[]      not null,
    rule_version text        not null,
    proposed_by  text        not null,
    approved_by  text        not null,
    made_at      timestamptz not null,
    check (automatic or proposed_by <> approved_by),
    check (alias_key <> into_key)
);
create index alias_into on identity.alias (into_key);
create index alias_person on identity.alias (person_key) where name_index is not null;

-- Aliases that were taken back, and by whom.
create table identity.past_alias (
    alias_key    uuid        not null,
    person_key   uuid        not null,
    name_index   uuid,
    into_key     uuid        not null,
    reason       text        not null,
    automatic    boolean     not null,
    review_id    uuid        not null,
    rule_version text        not null,
    proposed_by  text        not null,
    approved_by  text        not null,
    made_at      timestamptz not null,
    undone_by    text        not null,
    undone_why   text        not null,
    undone_at    timestamptz not null,
    primary key (alias_key, made_at)
);
create index past_alias_into on identity.past_alias (into_key);

-- What a county's civil affairs must settle, one row a county.
create table identity.case (
    person_key uuid        not null,
    kind       text        not null,            -- SHARED_ID, TWO_COUNTIES
    county     text        not null,
    state      text        not null default 'OPEN', -- OPEN, CLOSED
    opened_at  timestamptz not null,
    primary key (person_key, kind, county)
);
create index case_open on identity.case (county) where state = 'OPEN';

-- One row a run of the linkage: how far it has read, what it found, and the weights it used.
create table identity.linkage (
    linkage_id   bigint      generated always as identity primary key,
    read_through bigint      not null,          -- every transaction below this one was seen
    people       bigint      not null,
    pairs        bigint      not null,
    links        int         not null,
    reviews      int         not null,
    deferred     int         not null,
    blocks_over  int         not null,          -- groups too large to compare pair by pair
    rule_version text        not null,
    model        jsonb       not null,
    at           timestamptz not null
);
