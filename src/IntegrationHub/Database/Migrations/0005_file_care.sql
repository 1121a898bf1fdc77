-- What a file turned out to be, which revision of its instant it is, and what an official decided about it when it was held.

alter table intake.file
    add column detail          text,                        -- why, beyond the code: names of columns, never a value
    add column revision        int     not null default 0,  -- corrections of the same instant, in order
    add column format          text    not null default 'Csv',
    add column encoding        text,
    add column separator       text,
    add column layout          text,
    add column delta           boolean not null default false,
    add column manifest        text,
    add column released_from   int     references intake.file,
    add column answered        text[]  not null default '{}', -- checks an official has answered for, one with each decision
    add column decided_by      text,
    add column decided_at      timestamptz,
    add column decision_reason text;

comment on column intake.file.state is
    'LANDING, DONE, HELD, HISTORY, IGNORED; a held file ends as RELEASED or REJECTED, by way of RELEASING';

create index file_decided on intake.file (state) where state in ('HELD', 'RELEASING');

alter table intake.quarantine
    add column resolved_at timestamptz;

create index quarantine_open on intake.quarantine (file_id) where state = 'OPEN';
