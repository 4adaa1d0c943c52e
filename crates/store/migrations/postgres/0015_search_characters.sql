-- A single character is a term of its own, and no longer what terms begin with: a frequent one took all that begin with
-- it to be brought together. So everything is followed anew, by programs that write these terms and by no other: the
-- column by which they know that bears another name.
truncate search, search_index;

delete from search_at;
alter table search_at rename column gone to taken_out;
create or replace function content_forgotten() returns trigger language plpgsql as $$
begin
    update search_at set taken_out = taken_out + 1 where county = new.county;
    insert into search_due (county, matter) values (new.county, new.stream) on conflict do nothing;
    delete from search where county = new.county and matter = new.stream;
    return null;
end $$;
