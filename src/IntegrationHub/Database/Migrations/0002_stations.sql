-- The stations' tables of the first whole night.

create schema intake;

create table intake.run (
    run_id        uuid        primary key,
    source        text        not null,
    as_of         timestamptz not null,
    state         text        not null,            -- RUNNING, COMPLETED, FAILED
    started_at    timestamptz not null,
    heartbeat_at  timestamptz not null,
    finished_at   timestamptz,
    landed        boolean     not null default false,
    chunks_landed int         not null default 0,
    chunks_done   int         not null default 0,
    problem_code  text,
    problem_text  text
);
create unique index run_one_at_a_time on intake.run (source) where state = 'RUNNING';

-- A sequence of snapshots of one kind from one sender.
create table intake.stream (
    stream_id   int         generated always as identity primary key,
    source      text        not null,
    type        text        not null,
    area        text        not null,
    last_as_of  timestamptz,
    last_seq    int         not null default 0,
    last_rows   bigint      not null default 0,
    cursor      text,
    unique (source, type, area)
);

create table intake.file (
    file_id     int         generated always as identity primary key,
    run_id      uuid        not null references intake.run,
    stream_id   int         not null references intake.stream,
    name        text        not null,
    type        text        not null,
    digest      text        not null,
    archive_ref text        not null,
    as_of       timestamptz not null,
    seq         int         not null,
    state       text        not null,              -- LANDING, DONE, HELD, IGNORED
    code        text,
    rows        bigint      not null default 0,
    unchanged   bigint      not null default 0,
    parsed      bigint      not null default 0,
    quarantined bigint      not null default 0,
    ended       bigint      not null default 0,
    received_at timestamptz not null
);
create index file_of_run on intake.file (run_id);
create index file_by_name on intake.file (stream_id, name, digest);

-- What each row of a stream looked like when it last changed: a key, a hash, the file that said so.
create table intake.row_state (
    stream_id int      not null,
    row_key   uuid     not null,
    row_hash  uuid     not null,
    file_id   int      not null,
    missing   smallint not null default 0,
    primary key (stream_id, row_key)
);

-- At most 2,000 changed records, sealed together: the receipt of what was taken in, and the work that is left to do.
create table intake.chunk (
    chunk_id   uuid        primary key,
    run_id     uuid        references intake.run,
    file_id    int         references intake.file,
    number     int         not null,
    records    int         not null,
    body       bytea,
    state      text        not null,               -- WAITING, DONE
    applied    int         not null default 0,
    held       int         not null default 0,
    failed     int         not null default 0,
    created_at timestamptz not null,
    done_at    timestamptz
);
create index chunk_of_run on intake.chunk (run_id);
create index chunk_of_file on intake.chunk (file_id);
create index chunk_waiting on intake.chunk (chunk_id) where state = 'WAITING';

-- Rows that could not be read: where they stand in the archived file, and why. Never their text.
create table intake.quarantine (
    file_id     int      not null references intake.file,
    row_number  bigint   not null,
    codes       text[]   not null,
    columns     text[]   not null,
    byte_offset bigint   not null,
    byte_length int      not null,
    state       text     not null default 'OPEN',
    primary key (file_id, row_number)
);

-- Answers already given to an Idempotency-Key.
create table intake.idempotency (
    caller      text        not null,
    key         text        not null,
    body_hash   bytea       not null,
    received_at timestamptz not null,
    primary key (caller, key)
);

create schema pipeline;

-- The newest state applied of every source record, kept for the record's life: this is what makes effects idempotent.
create table pipeline.effect (
    source_key   uuid     primary key,
    version      bigint   not null,
    content_hash uuid     not null
);

create schema identity;

create table identity.person (
    person_key   uuid        primary key,
    source_key   uuid        not null,             -- the record this state was taken from
    name_index   uuid        not null,
    born_on      date,
    sex          text,
    state        text        not null default 'OK', -- OK, CONFLICT
    sealed       bytea       not null,
    version      bigint      not null,
    updated_at   timestamptz not null
);

-- Which person a source record speaks of, under which name, and the rule that said so.
create table identity.link (
    source_key   uuid        primary key,
    person_key   uuid        not null,
    name_index   uuid        not null,
    rule         text        not null,
    linked_at    timestamptz not null
);
create index link_person on identity.link (person_key);

create table identity.household (
    source_key    uuid   primary key,
    household_ref text   not null,
    head_key      uuid   not null,
    division      text   not null,
    member_count  int,
    category      text,
    sealed        bytea  not null,
    ended         boolean not null default false,
    version       bigint not null
);
create index household_ref on identity.household (household_ref);

create table identity.member (
    source_key    uuid   primary key,
    household_ref text   not null,
    person_key    uuid   not null,
    relation      text,
    ended         boolean not null default false,
    version       bigint not null
);
create index member_person on identity.member (person_key);

create table identity.recognition (
    source_key      uuid   primary key,
    person_key      uuid   not null,
    household_ref   text   not null,
    recognition_ref text   not null,
    category        text   not null,
    recognised_on   date   not null,
    ended_on        date,
    ended           boolean not null default false,
    version         bigint not null
);
create index recognition_person on identity.recognition (person_key);

create schema aid;

create table aid.gov_aid (
    source_key    uuid          primary key,
    person_key    uuid          not null,
    household_ref text          not null,
    batch_ref     text          not null,
    category      text          not null,
    period        text          not null,
    amount        numeric(14,2) not null,
    paid_on       date,
    status        text          not null,
    ended         boolean       not null default false,
    version       bigint        not null
);
create index gov_aid_person on aid.gov_aid (person_key);

create table aid.charity_aid (
    aid_id      text          primary key,
    source_key  uuid          not null unique,
    version     int           not null,
    uscc        text          not null,
    referral_id uuid,
    kind        text          not null,
    form        text          not null,
    amount      numeric(14,2),
    quantity    numeric(14,2),
    unit        text,
    given_on    date          not null,
    funding     text          not null,
    status      text          not null,
    reverses_id text,
    field_hash  text          not null,
    recorded_at timestamptz   not null,
    reported_at timestamptz                        -- when the civil affairs side was told
);
create index charity_aid_referral on aid.charity_aid (referral_id);

create schema consent;

-- The ledger. State is a fold over a consent's events by sequence; nothing here is ever updated.
create table consent.event (
    consent_id      text        not null,
    sequence        int         not null,
    person_key      uuid        not null,
    type            text        not null,
    capacity        text        not null,
    purposes        text[]      not null,
    items           text[]      not null,
    recipient_class text,
    recipients      text[]      not null,
    actions         text[]      not null,
    sensitive       boolean     not null,
    provide         boolean     not null,
    notice_id       text,
    notice_version  text,
    notice_hash     text,
    evidence_hash   text,
    effective_at    timestamptz not null,
    valid_from      date,
    valid_to        date,
    recorded_at     timestamptz not null,
    primary key (consent_id, sequence)
);
create index event_person on consent.event (person_key);

create schema referrals;

create table referrals.organisation (
    uscc            text    primary key,
    name            text    not null,
    org_type        text    not null,
    is_charity      boolean not null,
    status          text    not null,
    level           text    not null,
    scopes          text[]  not null,
    areas           text[]  not null,
    agreement_id    text    not null,
    agreement_from  date    not null,
    agreement_to    date    not null,
    agreement_items text[]  not null,
    version         bigint  not null
);

create table referrals.need (
    need_id         uuid          primary key,
    source_key      uuid          not null unique,
    need_ref        text          not null,
    person_key      uuid          not null,
    household_ref   text,
    kind            text          not null,
    hardship        text          not null,
    amount          numeric(14,2),
    ground          text          not null,
    gov_aid_status  text          not null,
    division        text          not null,
    channel         text          not null,
    verification_ref text,
    opened_on       date,
    expires_on      date,
    status          text          not null,        -- OPEN, CLOSED
    priority        text          not null,
    sealed          bytea         not null,        -- the reason in words
    version         bigint        not null
);
create index need_person on referrals.need (person_key);

create table referrals.referral (
    referral_id uuid        primary key,
    need_id     uuid        not null unique references referrals.need,
    state       text        not null,
    version     int         not null default 1,
    attempt     int         not null default 0,
    uscc        text,
    reason      text,
    expires_at  timestamptz,
    changed_at  timestamptz not null
);
create index referral_state on referrals.referral (state);

create table referrals.attempt (
    referral_id uuid        not null references referrals.referral,
    attempt     int         not null,
    need_id     uuid        not null,
    uscc        text        not null,
    state       text        not null,
    offered_at  timestamptz not null,
    expires_at  timestamptz not null,
    answered_at timestamptz,
    reason      text,
    primary key (referral_id, attempt)
);
create unique index attempt_one_active on referrals.attempt (need_id, uscc) where state in ('OFFERED', 'ACCEPTED');

-- Every change of state, for the reader, for R12 and for the reconciliation of a night.
create table referrals.transition (
    transition_id bigint      generated always as identity primary key,
    referral_id   uuid        not null,
    attempt       int         not null,
    state         text        not null,
    uscc          text,
    actor         text        not null,
    reason        text,
    at            timestamptz not null
);
create index transition_referral on referrals.transition (referral_id);
create index transition_at on referrals.transition (at);

create schema disclosure;

-- Every answer of Decide, permits and denials alike, with all it rested on.
create table disclosure.decision (
    decision_id     bigint      generated always as identity primary key,
    at              timestamptz not null,
    step            text        not null,          -- OFFER, CLAIM
    referral_id     uuid        not null,
    attempt         int         not null,
    person_key      uuid        not null,
    uscc            text        not null,
    purpose         text        not null,
    permitted       boolean     not null,
    reason          text        not null,
    requested       text[]      not null,
    effective       text[]      not null,
    consent_id      text,
    consent_sequence int,
    policy_version  text        not null
);
create index decision_referral on disclosure.decision (referral_id);
create index decision_at on disclosure.decision (at);

create table disclosure.release (
    release_id       uuid        primary key,
    decision_id      bigint      not null references disclosure.decision,
    referral_id      uuid        not null,
    attempt          int         not null,
    person_key       uuid        not null,
    uscc             text        not null,
    purpose          text        not null,
    items            text[]      not null,
    consent_id       text        not null,
    consent_sequence int         not null,
    policy_version   text        not null,
    digest           bytea       not null,
    released_at      timestamptz not null,
    sends            int         not null default 1
);
create index release_person on disclosure.release (person_key);
create index release_referral on disclosure.release (referral_id, attempt);

create schema subscriptions;

create table subscriptions.subscription (
    subscription_id uuid        primary key,
    uscc            text        not null,
    url             text        not null,
    secret          bytea       not null,
    state           text        not null default 'ACTIVE',
    last_sequence   bigint      not null default 0,
    created_at      timestamptz not null
);
create unique index subscription_target on subscriptions.subscription (uscc, url);

create table subscriptions.api_key (
    key_hash   bytea       primary key,
    uscc       text        not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);

create table subscriptions.delivery (
    subscription_id uuid        not null references subscriptions.subscription,
    sequence        bigint      not null,
    event_id        uuid        not null,
    type            text        not null,
    body            text        not null,
    state           text        not null default 'WAITING', -- WAITING, DELIVERED, PARKED
    tries           int         not null default 0,
    next_try_at     timestamptz not null,
    delivered_at    timestamptz,
    last_outcome    text,
    created_at      timestamptz not null,
    primary key (subscription_id, sequence),
    unique (subscription_id, event_id)
);
create index delivery_waiting on subscriptions.delivery (next_try_at) where state = 'WAITING';

create schema reconciliation;

create table reconciliation.run (
    reconciliation_id uuid        primary key,
    since             timestamptz not null,
    until             timestamptz not null,
    totals            jsonb       not null,
    unexplained       int         not null,
    digest            text        not null
);
create index run_until on reconciliation.run (until);

create table reconciliation.difference (
    reconciliation_id uuid not null references reconciliation.run,
    level             text not null,
    class             text not null,
    source            text not null,
    key               text not null,
    explained         text,
    primary key (reconciliation_id, level, class, source, key)
);
