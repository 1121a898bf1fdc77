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

-- One organisation at a time holds a need, from the offer to the last of the help.
drop index referrals.attempt_one_active;
create unique index attempt_one_active on referrals.attempt (need_id)
 where state in ('OFFERED', 'ACCEPTED', 'RELEASED', 'IN_PROGRESS', 'ON_HOLD', 'AIDED_PARTIAL');

-- People in hardship whom an organisation found and told civil affairs of (R25-R27). Who they are is sealed.
create table referrals.reverse_referral (
    reverse_id          uuid        primary key,
    loop_id             uuid        not null,      -- the first report of this loop; its own id for the first
    finder_uscc         text        not null,
    kind                text        not null,      -- NOTIFY, ASSIST_APPLICATION
    channel             text        not null,
    basis               text        not null,      -- CONSENT, STATUTORY, VITAL (R26)
    basis_evidence      text        not null,
    person_key          uuid        not null,
    need_kind           text        not null,
    addressees          text[]      not null,      -- township, and the county as a copy
    origin_id           uuid,                      -- the forward referral that was under way when it was raised
    sealed              bytea       not null,
    raised_at           timestamptz not null,
    answer              text,
    answer_reason       text,
    answered_by         text,
    answered_at         timestamptz,
    forward_referral_id uuid                       -- what a NOT_ELIGIBLE turned into
);
-- One open loop per person and need: a second report joins the first.
create unique index reverse_one_open on referrals.reverse_referral (person_key, need_kind)
 where loop_id = reverse_id and (answer is null or answer = 'RECEIVED');
create index reverse_person on referrals.reverse_referral (person_key);
create index reverse_loop on referrals.reverse_referral (loop_id);
create index reverse_open on referrals.reverse_referral (raised_at) where answer is null or answer = 'RECEIVED';
alter table referrals.need add column origin_id uuid; -- the loop a need closes (R27)

-- Organisations without an API get files, sealed for the certificate they registered.
create table disclosure.file_key (
    uscc          text        primary key,
    certificate   bytea       not null,
    thumbprint    bytea       not null,
    registered_by text        not null,
    registered_at timestamptz not null
);

-- What was in a file, written in the transaction of its releases; the file itself is not kept.
create table disclosure.release_file (
    file_id    uuid        primary key,
    uscc       text        not null,
    name       text        not null unique,
    digest     bytea       not null,
    releases   int         not null,
    deletions  int         not null,
    built_at   timestamptz not null
);
create index release_file_org on disclosure.release_file (uscc, built_at);
alter table disclosure.recall add column file_id uuid; -- the file that carried its deletion row
