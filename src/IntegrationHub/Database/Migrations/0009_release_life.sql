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
