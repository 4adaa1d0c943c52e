//! The one place where the SQL of the two databases differs.
//!
//! Statements are written once, with `$1` for what is bound. Where the databases part, the text
//! holds a word in braces that is rewritten here:
//!
//! | word | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{each 1}` | `jsonb_each($1) as each1` | the elements of the JSON array `$1`, as `value` |
//! | `{in 1}` | `in (select value from json_each($1))` | `= any(…)` of the JSON array's texts |
//! | `{commands 2}` | commands whose scope and key are pairs of `$2` | the same, each looked up |
//! | `{hits 3}` | the documents of `search_index` that match `$3`, as `doc` | the same |
//! | `{facets p.id}` | `matter m`, read from the index that holds what lists ask for | `matter m` by that id, looked up |
//! | `{char 31}` | the character of that number | the same |
//! | `{order number}` | the number that an authority outside gave a matter, out of its `fold` | the same |
//! | `{for update}` | nothing: `begin immediate` has the lock | `for update` |
//!
//! The fields of an element are read the same on both: `value->>'id'`, `cast(value->>'n' as bigint)`.

use sqlx::AssertSqlSafe;

use crate::db::Db;
use crate::search::Question;

/// How many tables of migrations there are: 0 in a database never opened by this program.
pub(crate) fn migration_tables(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
        Db::Postgres(_) => {
            "select count(*) from pg_class where oid = to_regclass('_sqlx_migrations')"
        }
    }
}

/// What a database says that lies neither in the question nor in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No room on its disk.
    Full,
    /// Others hold what is needed, for longer than is waited.
    Busy,
    /// Going down, coming up, cut off, or its disk fails.
    Away,
}

/// Which trouble a code tells: five letters from PostgreSQL, a number from SQLite, whose lower byte is
/// the kind.
pub(crate) fn trouble(code: &str) -> Option<Trouble> {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => match (sqlite, sqlite & 255) {
            // 4874: no room for the index of the log, which is the one thing that reading may need.
            (4874, _) | (_, 13) => Some(Trouble::Full),
            (_, 5 | 6) => Some(Trouble::Busy),
            // 8 read-only, as file systems become that fail; 10 read or write failed; 14 not to be opened.
            (_, 8 | 10 | 14) => Some(Trouble::Away),
            _ => None,
        },
        _ => match code {
            "53100" => Some(Trouble::Full),
            "55P03" | "40001" | "40P01" | "53300" => Some(Trouble::Busy),
            // Cancelled by its own limit, idle for too long in a transaction, a standby, its disk.
            "57014" | "25P03" | "25006" | "58030" => Some(Trouble::Away),
            // 08 the connection, 57P going down or coming up, 53 short of memory.
            _ => (code.starts_with("08") || code.starts_with("57P") || code.starts_with("53"))
                .then_some(Trouble::Away),
        },
    }
}

/// The table that stands while a restore into older tables has not come to its end.
pub(crate) const RESTORING: &str = "restoring";

/// Whether that table stands.
pub(crate) fn restoring(db: &Db) -> String {
    match db {
        Db::Sqlite { .. } => {
            format!("select count(*) from sqlite_master where name = '{RESTORING}'")
        }
        Db::Postgres(_) => {
            format!("select count(*) from pg_class where oid = to_regclass('{RESTORING}')")
        }
    }
}

/// Table, column and type of every column of this program's tables, in their order. The index of words is part of
/// `search` and none of its own.
pub(crate) fn columns(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "select m.name, p.name, lower(p.type) from sqlite_master m, pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like 'sqlite%' and m.name not like '\\_sqlx%' escape '\\' \
             and m.name not like 'search\\_index%' escape '\\' order by m.name, p.cid"
        }
        Db::Postgres(_) => {
            "select cast(table_name as text), cast(column_name as text), cast(data_type as text) \
             from information_schema.columns where table_schema = current_schema() \
             and table_name not like '\\_sqlx%' and table_name <> 'search_index' order by cast(table_name as text) collate \"C\", ordinal_position"
        }
    }
}

/// Name and making of every index that keeps no rows apart.
pub(crate) fn indexes(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "select name, sql from sqlite_master where type = 'index' and sql is not null \
             and sql not like 'create unique%' order by name"
        }
        Db::Postgres(_) => {
            "select cast(c.relname as text), pg_get_indexdef(i.indexrelid) from pg_index i \
             join pg_class c on c.oid = i.indexrelid \
             where c.relnamespace = current_schema()::regnamespace and not i.indisunique order by 1"
        }
    }
}

/// Puts documents of `$2`, matter and terms, into the index of words, or again with other terms.
pub(crate) fn index_terms(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "insert or replace into search_index (rowid, terms) select s.doc, value->>1 from {each 2} \
             cross join search s where s.county = $1 and s.matter = value->>0"
        }
        Db::Postgres(_) => {
            "insert into search_index (doc, terms) \
             select s.doc, array_to_tsvector(string_to_array(value->>1, ' ')) from {each 2} \
             cross join search s where s.county = $1 and s.matter = value->>0 \
             on conflict (doc) do update set terms = excluded.terms"
        }
    }
}

/// Whether the document `s` is in that index.
pub(crate) fn indexed(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => "exists (select 1 from search_index_docsize d where d.id = s.doc)",
        Db::Postgres(_) => "exists (select 1 from search_index d where d.doc = s.doc)",
    }
}

/// A question to that index.
pub(crate) fn question(db: &Db, question: &Question) -> String {
    match db {
        Db::Sqlite { .. } => question.fts5(),
        Db::Postgres(_) => question.tsquery(),
    }
}

/// Lets a transaction take as long as it takes.
pub(crate) fn unhurried(db: &Db) -> Option<&'static str> {
    db.is_postgres().then_some("set local statement_timeout = 0")
}

/// The place of the `n`-th value where there are hundreds: SQLite looks a numbered one up among all others.
pub(crate) fn place(db: &Db, n: usize) -> String {
    if db.is_postgres() { format!("${n}") } else { "?".to_owned() }
}

/// Columns as one JSON list, as text.
pub(crate) fn json_list(db: &Db, columns: &str) -> String {
    match db {
        Db::Sqlite { .. } => format!("json_array({columns})"),
        Db::Postgres(_) => format!("cast(json_build_array({columns}) as text)"),
    }
}

/// Lets a statement read a table from end to end, which everything else here avoids.
pub(crate) fn whole_tables(db: &Db) -> Option<&'static str> {
    db.is_postgres().then_some("set local enable_seqscan = on")
}

/// A text of this crate for SQLite. Only texts written in this crate come here, never input.
pub(crate) fn sqlite(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(rewrite(sql, |word, n| match word {
        // As binary JSON: each row would else be written out as text and read again for its fields.
        "each" => format!("jsonb_each(${n}) as each{n}"),
        "in" => format!("in (select value from json_each(${n}))"),
        // Not a join: SQLite would begin with the table of all commands that ever were.
        "hits" => format!("(select rowid as doc from search_index where search_index match ${n})"),
        // By itself SQLite takes the primary key, and with it the page of each wide row.
        "facets" => "matter m indexed by matter_facets".to_owned(),
        "order" => "fold ->> '$.outside.number'".to_owned(),
        "char" => format!("char({n})"),
        "commands" => format!(
            "command where county = $1 \
             and (scope, key) in (select value->>0, value->>1 from json_each(${n}))"
        ),
        _ => String::new(),
    }))
}

/// The same for PostgreSQL.
pub(crate) fn postgres(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(rewrite(sql, |word, n| match word {
        "each" => format!("jsonb_array_elements(${n}::jsonb) as each{n} (value)"),
        // An array and not a join: whatever the planner thinks of a table's size, it is looked up.
        "in" => format!("= any(array(select jsonb_array_elements_text(${n}::jsonb)))"),
        "hits" => format!("(select doc from search_index where terms @@ ${n}::tsquery)"),
        // Fenced: the planner would else begin with the filter and go through the places for each that passes it.
        "facets" => format!(
            "lateral (select * from matter f where f.county = $1 and f.id = {n} offset 0) m"
        ),
        "order" => "(fold::jsonb -> 'outside' ->> 'number')".to_owned(),
        "char" => format!("chr({n})"),
        "commands" => format!(
            "jsonb_array_elements(${n}::jsonb) as pair (value) cross join lateral \
             (select * from command where county = $1 and scope = pair.value->>0 \
             and key = pair.value->>1 limit 1) known"
        ),
        _ => "for update".to_owned(),
    }))
}

fn rewrite(sql: &str, word: impl Fn(&str, &str) -> String) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        let (name, n) = inside.split_once(' ').unwrap_or((inside, ""));
        out.push_str(before);
        out.push_str(&word(name, n));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_told_from_what_is_wrong_with_the_data() {
        let told = |code| trouble(code);
        for code in ["13", "4874", "53100"] {
            assert_eq!(told(code), Some(Trouble::Full), "{code}");
        }
        for code in ["5", "517", "55P03"] {
            assert_eq!(told(code), Some(Trouble::Busy), "{code}");
        }
        for code in ["778", "1032", "57P01", "57P03", "08006", "25P03", "53200"] {
            assert_eq!(told(code), Some(Trouble::Away), "{code}");
        }
        for code in ["19", "2067", "23505", "22P05", "P0001", ""] {
            assert_eq!(told(code), None, "{code}");
        }
    }

    #[test]
    fn one_text_becomes_two() {
        let text = "select value->>'id' from {each 2} where id {in 1} {for update}";
        assert_eq!(
            sqlite(text).0,
            "select value->>'id' from jsonb_each($2) as each2 where id in (select value from json_each($1)) "
        );
        assert_eq!(
            postgres(text).0,
            "select value->>'id' from jsonb_array_elements($2::jsonb) as each2 (value) \
             where id = any(array(select jsonb_array_elements_text($1::jsonb))) for update"
        );
    }
}
