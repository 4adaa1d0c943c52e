//! Words asked of the register: by the order of the list where they are frequent, by the index where they are rare.
//!
//! A frequent word fills a page from the first thousand places of the list, whatever the order. Where it does not, the
//! word is rare there or what sees it is small, and the index, which knows words, who sees what and where it is, names
//! all of its matters. Only a word that is frequent elsewhere in the list and rare here is left: the walk goes on to its
//! end, and the page says where it stopped.

use zongheng_core::search::Wanted;

use super::WALK;
use super::list::{Asked, Place};
use super::walk::{Cursor, Filter, Order, holds, seen};
use crate::db::{Conn, rows};
use crate::error::Result;

/// How much is looked at for one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Places of the list before the index is asked.
    first: i64,
    /// Matters that the index may name.
    named: i64,
    /// Places of the list where it names more.
    walk: i64,
}

impl Bounds {
    pub(super) const USUAL: Self = Self { first: 1_000, named: 3_000, walk: WALK };
}

/// A question with words, and the same as the index takes it.
pub(super) struct Search<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) wanted: &'a Wanted,
    pub(super) question: String,
    pub(super) bounds: Bounds,
}

impl Search<'_> {
    /// The ids of a page, and where the next one begins.
    pub(super) async fn page(
        &self,
        conn: &mut Conn,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<String>, Option<Cursor>)> {
        let Bounds { first, walk, .. } = self.bounds;
        let mut walked = self.asked.walk(conn, after.clone(), limit, first).await?;
        if !walked.tired {
            return Ok((walked.ids, walked.next));
        }
        if let Some(named) = self.named(conn).await? {
            return Ok(self.in_order(named, after.as_ref(), limit));
        }
        let more = limit - walked.ids.len();
        let on = self.asked.walk(conn, walked.next, more, walk - first).await?;
        walked.ids.extend(on.ids);
        Ok((walked.ids, on.next))
    }

    /// All that the index names, with what the register says of each; none where that is too much.
    async fn named(&self, conn: &mut Conn) -> Result<Option<Vec<Place>>> {
        let sort = match self.asked.order {
            Order::Due => "due",
            Order::Newest | Order::Oldest => "created",
            Order::Updated => "updated",
        };
        let hit = hit(self.asked.filter, self.wanted, &seen(self.asked.keys));
        // SQLite reads a cross join from left to right: the index first.
        let sql = format!(
            "select m.{sort} as sort, m.id as id, cast(case when {hit} then 1 else 0 end as bigint) as hit \
             from (select doc from {{hits 2}} h limit {}) x cross join search s cross join matter m \
             where s.doc = x.doc and s.county = $1 and m.county = $1 and m.id = s.matter",
            self.bounds.named + 1,
        );
        let named = rows!(conn.on(), Place, &sql, self.asked.county.as_str(), &self.question)?;
        let few = i64::try_from(named.len()).is_ok_and(|n| n <= self.bounds.named);
        Ok(few.then_some(named))
    }

    fn in_order(
        &self,
        named: Vec<Place>,
        after: Option<&Cursor>,
        limit: usize,
    ) -> (Vec<String>, Option<Cursor>) {
        let up = matches!(self.asked.order, Order::Due | Order::Oldest);
        let mut hits: Vec<Cursor> = named
            .into_iter()
            .filter(|place| place.hit != 0)
            .map(|Place { sort, id, .. }| Cursor { sort, id })
            .filter(|hit| after.is_none_or(|after| if up { hit > after } else { hit < after }))
            .collect();
        hits.sort_unstable();
        if !up {
            hits.reverse();
        }
        let more = hits.len() > limit;
        hits.truncate(limit);
        let next = hits.last().filter(|_| more).cloned();
        (hits.into_iter().map(|hit| hit.id).collect(), next)
    }
}

/// Whether a matter `m` with what is searched of it, `s`, is what is asked for.
pub(super) fn hit(filter: &Filter, wanted: &Wanted, seen: &str) -> String {
    format!("{} and {} and {seen}", holds(wanted), filter.condition())
}

#[cfg(test)]
mod tests {
    use zongheng_core::ids::DivisionCode;
    use zongheng_core::matter::Key;

    use super::*;
    use crate::db::run;
    use crate::dialect::question;
    use crate::open::{Options, Store};
    use crate::register::list::choose;
    use crate::search::{Document, Question, statements};

    const ORDERS: [(Order, &str); 4] = [
        (Order::Due, "due, id"),
        (Order::Newest, "created desc, id desc"),
        (Order::Oldest, "created, id"),
        (Order::Updated, "updated desc, id desc"),
    ];

    /// Ninety matters: every second speaks of lamps, every thirtieth of a crane.
    async fn filled(store: &Store, county: &DivisionCode) {
        let mut tx = store.db().begin().await.unwrap();
        let mut documents = Vec::new();
        for n in 0..90_u128 {
            let id = uuid::Uuid::from_u128(n * 7919 % 90).to_string();
            let words = [(2, "路灯"), (30, "白鹳")]
                .map(|(every, word)| if n % every == 0 { word } else { "" });
            documents.push(Document {
                matter: id.clone(),
                keys: String::new(),
                text: format!("事项 {}", words.concat()),
            });
            let sql = format!(
                "insert into matter (county, id, no, playbook, category, source, state, lamp, round, owner_unit, \
                 owner_post, lead_unit, division, township, grid, parent, main, restricted, due, due_stage, \
                 due_provisional, seq, head, created, updated, title, next_tick, fold_v, fold) values \
                 ($1, $2, $2, '', '', '', 'filed', 'green', 1, '', '', '', '', '', '', '', '', 0, {}, '', 0, 1, '', \
                 {}, {}, '', 0, 0, '')",
                n / 4,
                100 - n / 3,
                n % 10,
            );
            run!(tx.on(), &sql, county.as_str(), &id).unwrap();
            let sql = "insert into audience (county, key, matter, due, created) \
                select county, 'county', id, due, created from matter where county = $1 and id = $2";
            run!(tx.on(), sql, county.as_str(), &id).unwrap();
        }
        let documents: Vec<&Document> = documents.iter().collect();
        for statement in statements(store, county.as_str(), &documents).unwrap() {
            statement.run(tx.on()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Whichever way a page is found, pages join without gap or repeat, in the order of the list.
    #[tokio::test]
    async fn pages_join_whichever_way_they_are_found() {
        let file = std::env::temp_dir().join(format!("zongheng-words-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let (county, keys) = (DivisionCode::from("411524000000"), [Key::County]);
        filled(&store, &county).await;
        let mut conn = store.db().reader().await.unwrap();
        for (query, matters) in [("路灯", 45), ("白鹳", 3), ("路灯 白鹳", 3), ("麒麟", 0)]
        {
            let wanted: Wanted = query.parse().unwrap();
            let filter = Filter { q: Some(wanted.clone()), ..Filter::default() };
            let asked = Question::new(county.as_str(), &keys, &filter, &wanted);
            for (order, by) in ORDERS {
                let sql = format!(
                    "select m.id from matter m join search s on s.matter = m.id where {} order by {by}",
                    holds(&wanted),
                );
                let all = rows!(conn.on(), (String,), &sql).unwrap();
                let all: Vec<String> = all.into_iter().map(|(id,)| id).collect();
                assert_eq!(all.len(), matters, "{query}");
                for (first, named, walk) in [(100, 5, 100), (10, 50, 90), (10, 2, 90), (10, 2, 30)]
                {
                    let source = choose(&mut conn, &county, &keys, &filter, order).await.unwrap();
                    let asked_of = Asked::new(&county, &keys, &filter, order, source);
                    let search = Search {
                        asked: &asked_of,
                        wanted: &wanted,
                        question: question(store.db(), &asked),
                        bounds: Bounds { first, named, walk },
                    };
                    let (mut found, mut after) = (Vec::new(), None);
                    loop {
                        let (ids, next) = search.page(&mut conn, after, 4).await.unwrap();
                        assert!(ids.len() <= 4);
                        found.extend(ids);
                        after = next;
                        if after.is_none() {
                            break;
                        }
                    }
                    assert_eq!(found, all, "{query} {order:?} {first} {named} {walk}");
                }
            }
        }
        drop(conn);
        store.close().await;
        drop(std::fs::remove_file(file));
    }
}
