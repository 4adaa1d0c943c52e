-- A single character is a term of its own, and no longer what terms begin with: a frequent one took all that begin with
-- it to be brought together. So everything is followed anew, by programs that write these terms and by no other: the
-- column by which they know that bears another name.
drop trigger search_gone;
delete from search;
drop table search_index;
create virtual table search_index using fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
create trigger search_gone after delete on search begin
    delete from search_index where rowid = old.doc;
end;

delete from search_at;
drop trigger content_forgotten;
alter table search_at rename column gone to taken_out;
create trigger content_forgotten after update of text, sealed, erased on content begin
    update search_at set taken_out = taken_out + 1 where county = new.county;
    insert into search_due (county, matter) values (new.county, new.stream) on conflict do nothing;
    delete from search where county = new.county and matter = new.stream;
end;
