-- What was put right on its way in, beside the value that was kept: which cell, by which rule; what it said and what became
-- of it are personal, and sealed.

create table intake.repair (
    file_id     int    not null references intake.file,
    row_number  bigint not null,
    column_name text   not null,
    rule        text   not null,                   -- several are joined by a plus sign, in the order they were applied
    sealed      bytea  not null,
    primary key (file_id, row_number, column_name)
);
