-- A province's first load is millions of new rows: each is written once, to one table, and the snapshot's memory of
-- it is kept in packed segments (docs/adr/2611-first-load.md). Records are keyed anew, so nothing can be carried over.

do $$
begin
    if exists (select from intake.file) then
        raise exception 'This version keys records in another way: load the files into an empty database.';
    end if;
end
$$;

-- What each row of a stream looked like: the rows of one landed chunk in one sealed value, later segments over earlier ones.
drop table intake.row_state;

create table intake.row_segment (
    stream_id  int    not null references intake.stream,
    segment_id bigint generated always as identity,
    file_id    int    not null,
    entries    int    not null,
    body       bytea  not null,
    primary key (stream_id, segment_id)
);

alter table intake.stream add column known_rows bigint not null default 0;

-- True when every record of the chunk came from a row its stream had never seen.
alter table intake.chunk add column all_new boolean not null default false;

-- A person is what the records say, folded when it is asked: each record keeps its own sealed statement, and no row is
-- shared between records, so that their order can never matter and taking one back restores the rest exactly.
drop table identity.link;
drop table identity.person;

alter table identity.member
    add column name_index   uuid  not null,        -- blind index of the normalised name
    add column rule         text  not null,        -- why the record is about this person
    add column born_on      date,
    add column sex          text,
    add column sealed       bytea not null,        -- under the key of the person
    add column content_hash uuid  not null;

-- Sealed bytes do not compress.
alter table intake.row_segment alter column body set storage external;
alter table intake.chunk alter column body set storage external;
alter table identity.member alter column sealed set storage external;
