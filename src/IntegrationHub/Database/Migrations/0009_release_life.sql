-- Claims bound to a key, what a release told (to notice corrections), recalls, corrections, and the life of a referral.

-- One permission to fetch: of one organisation, with one key, for a while. What is given under it is decided at each fetch.
create table disclosure.claim (
    claim_id    uuid        primary key,
    referral_id uuid        not null,
    attempt     int         not null,
    uscc        text        not null,
    key_hash    bytea       not null,              -- hash of the API key, or of the organisation's registered public key
    items       text[]      not null,
    opened_at   timestamptz not null,
    expires_at  timestamptz not null
);
create index claim_referral on disclosure.claim (referral_id, attempt);

alter table disclosure.release
    add column claim_id     uuid references disclosure.claim deferrable initially deferred,
    add column item_digests uuid[];                -- keyed digest of each item's value, in the order of items: no value is kept

-- What a recipient was told to delete (P7, scenario 2). The release it is about stays as it was.
create table disclosure.recall (
    recall_id   uuid        primary key,
    release_id  uuid        not null references disclosure.release,
    referral_id uuid        not null,
    uscc        text        not null,
    items       text[]      not null,
    reason      text        not null,
    issued_at   timestamptz not null,
    deadline    timestamptz not null,
    acked_at    timestamptz,
    ack         text,                              -- DELETED, RETAINED_BY_LAW
    ack_reason  text
);
create index recall_release on disclosure.recall (release_id);
create index recall_open on disclosure.recall (uscc, issued_at) where acked_at is null;
create index recall_deadline on disclosure.recall (deadline) where acked_at is null;

-- Which released items have another value now (P12): the items, never the values.
create table disclosure.correction (
    correction_id uuid        primary key,
    release_id    uuid        not null references disclosure.release,
    referral_id   uuid        not null,
    uscc          text        not null,
    items         text[]      not null,
    item_digests  uuid[]      not null,            -- of the values there were when it was issued
    claimable     boolean     not null,            -- whether the new values could be claimed then
    issued_at     timestamptz not null,
    deadline      timestamptz not null,
    acked_at      timestamptz
);
create index correction_release on disclosure.correction (release_id);
create index correction_open on disclosure.correction (uscc, issued_at) where acked_at is null;
create index correction_deadline on disclosure.correction (deadline) where acked_at is null;

-- A release takes address and phone of the household its need names.
create index need_household on referrals.need (household_ref);
